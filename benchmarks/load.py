"""Readers who ask again as soon as they have their answer, over connections they keep."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

_READERS = 8


def answers_per_second(url: str, seconds: float = 4.0) -> float:
    """How many 200 answers eight readers of `url` get a second, after a second of warming up."""
    with ThreadPoolExecutor(_READERS) as readers:
        list(readers.map(lambda _: _read(url, 1.0), range(_READERS)))
        return sum(readers.map(lambda _: _read(url, seconds), range(_READERS))) / seconds


def _read(url: str, seconds: float) -> int:
    address = urlsplit(url)
    asked = f"GET {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
    answers, until = 0, time.monotonic() + seconds
    with socket.create_connection((str(address.hostname), address.port or 80), timeout=10) as reader:
        while time.monotonic() < until:
            reader.sendall(asked)
            _take_one(reader)
            answers += 1
    return answers


def _take_one(reader: socket.socket) -> None:
    head, found = b"", -1
    while found < 0:
        head += _some(reader)
        found = head.find(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise ConnectionError(head[:200].decode(errors="replace"))
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = found + 4 + length - len(head)
    while missing > 0:
        missing -= len(_some(reader))


def _some(reader: socket.socket) -> bytes:
    data = reader.recv(65536)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data
