"""A load generator for HTTP: each connection sends its next request once it has a response. Raw sockets cost little."""

import re
import selectors
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """The result: its duration and the time of each response, in seconds."""

    seconds: float
    taken: list[float]

    def __add__(self, more: "Load") -> "Load":
        """Return both results as one."""
        return Load(self.seconds + more.seconds, self.taken + more.taken)

    @property
    def per_second(self) -> float:
        """Responses per second."""
        return len(self.taken) / self.seconds

    def percentile_ms(self, part: float) -> float:
        """Return the time in milliseconds that only the slowest `part` exceeded: 0.5 for the median."""
        return sorted(self.taken)[int(len(self.taken) * (1 - part))] * 1000


@dataclass
class _Connection:
    socket: socket.socket
    next_request: Callable[[], bytes]
    sent_at: float = 0.0
    response: bytes = b""

    def send(self) -> None:
        request = self.next_request()
        self.response, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what has arrived and return whether the response is complete."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.response += part
        end = self.response.find(b"\r\n\r\n")
        if end < 0 or not (length := _LENGTH.search(self.response, 0, end + 2)):
            return False
        return len(self.response) >= end + 4 + int(length[1])


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return an HTTP/1.1 request as bytes."""
    lines = {"Host": "localhost", "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def drive(url: str, connections: list[Callable[[], bytes]], seconds: float, warm_up: float = 1.0) -> Load:
    """Keep one request in flight on each connection; raise RuntimeError on any response but 2xx."""
    at, taken = urlsplit(url), []
    with ExitStack() as stack, selectors.DefaultSelector() as ready:
        for next_request in connections:
            opened = stack.enter_context(socket.create_connection((at.hostname, at.port)))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(opened, next_request)
            ready.register(opened, selectors.EVENT_READ, connection)
            connection.send()
        started = time.perf_counter() + warm_up
        while (now := time.perf_counter()) < started + seconds:
            for key, _ in ready.select(1):
                connection = key.data
                if not connection.receive():
                    continue
                if not connection.response.startswith(b"HTTP/1.1 2"):
                    raise RuntimeError(connection.response.decode(errors="replace"))
                if now >= started:
                    taken.append(time.perf_counter() - connection.sent_at)
                connection.send()
    if not taken:
        raise RuntimeError(f"{url} gave no response within {seconds} s")
    return Load(seconds, taken)
