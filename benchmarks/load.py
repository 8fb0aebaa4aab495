"""Load on an HTTP server: connections that ask again as soon as they are answered. Raw sockets, to cost little."""

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
    """What came of it: how long it went on, and what each answer took, in seconds."""

    seconds: float
    taken: list[float]

    def __add__(self, more: "Load") -> "Load":
        """Both, one after the other."""
        return Load(self.seconds + more.seconds, self.taken + more.taken)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.taken) / self.seconds

    def slowest_ms(self, part: float) -> float:
        """How many milliseconds all took but the slowest `part`: 0.5 for the middle one."""
        return sorted(self.taken)[int(len(self.taken) * (1 - part))] * 1000


@dataclass
class _Connection:
    socket: socket.socket
    next_request: Callable[[], bytes]
    asked_at: float = 0.0
    answer: bytes = b""

    def ask(self) -> None:
        request = self.next_request()
        self.answer, self.asked_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Take what has come; whether the answer is whole."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server hung up")
        self.answer += part
        end = self.answer.find(b"\r\n\r\n")
        if end < 0 or not (length := _LENGTH.search(self.answer, 0, end + 2)):
            return False
        return len(self.answer) >= end + 4 + int(length[1])


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """An HTTP/1.1 request as it goes over the wire."""
    lines = {"Host": "localhost", "Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def drive(url: str, connections: list[Callable[[], bytes]], seconds: float, warm_up: float = 1.0) -> Load:
    """Keep one request under way on each connection; any answer but 2xx raises RuntimeError."""
    at, taken = urlsplit(url), []
    with ExitStack() as stack, selectors.DefaultSelector() as ready:
        for next_request in connections:
            opened = stack.enter_context(socket.create_connection((at.hostname, at.port)))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(opened, next_request)
            ready.register(opened, selectors.EVENT_READ, connection)
            connection.ask()
        started = time.perf_counter() + warm_up
        while (now := time.perf_counter()) < started + seconds:
            for key, _ in ready.select(1):
                connection = key.data
                if not connection.answered():
                    continue
                if not connection.answer.startswith(b"HTTP/1.1 2"):
                    raise RuntimeError(connection.answer.decode(errors="replace"))
                if now >= started:
                    taken.append(time.perf_counter() - connection.asked_at)
                connection.ask()
    if not taken:
        raise RuntimeError(f"{url} gave no answer within {seconds} s")
    return Load(seconds, taken)
