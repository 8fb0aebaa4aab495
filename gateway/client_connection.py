"""Clients' connections as the event loop of a gateway's worker process sees them.

The event loop reads a request completely before a thread handles it, and sends what a thread has written, so that
threads never wait for a client. `RequestBuffer` only finds the end of a request; gunicorn's parser alone interprets it.
"""

import re
import socket
import time
from collections import deque
from collections.abc import Iterator
from enum import Enum
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

MAX_HEAD_LENGTH = 64 * 1024
_MAX_CHUNK_LINE_LENGTH = 8190
_MAX_MEMORY = 256 * 1024
"""Bytes of a request kept in memory; a longer one is written to a temporary file."""
_FIRST_READ_SIZE = 16 * 1024
_READ_SIZE = 256 * 1024
_MAX_BUFFERS = 64  # of one sendmsg
_HEAD_END = b"\r\n\r\n"
_FRAMING = re.compile(rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)


class ClientSocket(socket.socket):
    """A non-blocking socket that buffers what is written to it until `flush` sends it."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        self.setblocking(False)
        self._unsent: deque[memoryview] = deque()

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Append `data` to the unsent bytes."""
        self._unsent.append(memoryview(data))

    def send(self, data: Any, flags: int = 0) -> int:
        """Append `data` to the unsent bytes."""
        self.sendall(data)
        return len(data)

    def flush(self) -> int:
        """Send what the client accepts now and return the number of bytes. Raise OSError if it has disconnected."""
        total = 0
        while self._unsent:
            try:
                sent = self.sendmsg(list(islice(self._unsent, _MAX_BUFFERS)))
            except BlockingIOError:
                break
            total += sent
            while self._unsent and sent >= len(self._unsent[0]):
                sent -= len(self._unsent.popleft())
            if sent:
                self._unsent[0] = self._unsent[0][sent:]
        return total

    @property
    def is_flushed(self) -> bool:
        """Whether everything written was sent."""
        return not self._unsent


class RequestBuffer:
    """The bytes of one request, received piece by piece."""

    def __init__(self, body_limit: int) -> None:
        self.complete = False
        """Whether gunicorn's parser needs no more bytes, to accept or to refuse the request."""
        self.refusal: int | None = None
        """The status with which the request is refused before it is complete."""
        self.size = 0
        self.has_head = False
        self.expects_continue = False
        self._body_limit = body_limit
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._head = b""
        self._framing: _Framing | None = None

    def feed(self, data: bytes) -> None:
        """Add received bytes and set `complete` or `refusal` if they decide it."""
        self.size += len(data)
        if self._file is None:
            self._parts.append(data)
            if self.size > _MAX_MEMORY:
                self._file = TemporaryFile()  # noqa: SIM115 - closed by close()
                self._file.writelines(self._parts)
                self._parts.clear()
        else:
            self._file.write(data)
        if not self.has_head:
            self._head += data
            if (end := self._head.find(_HEAD_END)) < 0:
                self.complete = len(self._head) > MAX_HEAD_LENGTH
                return
            self.has_head = True
            head, data = self._head[: end + 2], self._head[end + len(_HEAD_END) :]
            self._head = b""
            self._read_head(head)
        if self._framing:
            self.complete = self._framing.feed(data)
            if self._framing.received > self._body_limit:
                self.refusal = 413

    def chunks(self) -> Iterator[bytes]:
        """Return the bytes received so far, in pieces."""
        if (file := self._file) is None:
            return iter(self._parts)
        file.seek(0)
        return iter(lambda: file.read(_READ_SIZE), b"")

    def close(self) -> None:
        """Delete the bytes."""
        self._parts = []
        if self._file is not None:
            self._file.close()

    def _read_head(self, head: bytes) -> None:
        """Find out how the end of the body shows. A head that the parser will refuse has no body."""
        fields = [(name.lower(), value.strip(b" \t")) for name, value in _FRAMING.findall(head)]
        lengths = [value for name, value in fields if name == b"content-length"]
        encodings = [value.lower() for name, value in fields if name == b"transfer-encoding"]
        self.expects_continue = (b"expect", b"100-continue") in ((name, value.lower()) for name, value in fields)
        if encodings == [b"chunked"] and not lengths:
            self._framing = _ChunkedBody()
        elif len(lengths) == 1 and lengths[0].isdigit() and not encodings:
            length = int(lengths[0][:20])
            if length > self._body_limit:
                self.refusal = 413
            self._framing = _SizedBody(length)
        else:
            self.complete = True


class _Framing(Protocol):
    received: int

    def feed(self, data: bytes) -> bool:
        """Take bytes of the body and return whether it is complete."""


class _SizedBody:
    """A body of known length."""

    def __init__(self, length: int) -> None:
        self.received = 0
        self._length = length

    def feed(self, data: bytes) -> bool:
        self.received = min(self.received + len(data), self._length)
        return self.received == self._length


class _ChunkedBody:
    """A body in chunks. One that is malformed is complete: the parser refuses it there."""

    def __init__(self) -> None:
        self.received = 0
        self._line = b""
        self._skip = 0
        self._in_trailers = False

    def feed(self, data: bytes) -> bool:
        self.received += len(data)
        position = 0
        while position < len(data):
            if self._skip:
                step = min(self._skip, len(data) - position)
                self._skip -= step
                position += step
                continue
            end = data.find(b"\n", position)
            if end < 0:
                self._line += data[position:]
                return len(self._line) > _MAX_CHUNK_LINE_LENGTH
            line, self._line = (self._line + data[position:end]).strip(), b""
            position = end + 1
            if self._in_trailers:
                if not line:
                    return True
                continue
            try:
                size = int(line.partition(b";")[0], 16)
            except ValueError:
                return True
            if size < 0:
                return True
            self._in_trailers = size == 0
            self._skip = size + len(b"\r\n") if size else 0
        return False


class State(Enum):
    """For what the event loop waits."""

    READING = "reading"
    WRITING = "writing"
    LINGERING = "lingering"  # discards what the client still sends, so that it receives the response


class Connection:
    """One client's connection, with what gunicorn expects of it: `sock`, `client` and `server`."""

    def __init__(self, accepted: socket.socket, client: Any, server: Any, request: RequestBuffer) -> None:
        self.sock = ClientSocket(accepted)
        self.client, self.server = client, server
        self.request = request
        self.state = State.READING
        self.deadline = 0.0
        """When the event loop stops waiting for the client, on the monotonic clock."""
        self._transferred = 0
        self.keep_alive = False
        self.unparsed = b""
        """What the client sent after the request that was handled."""

    def wait(self, state: State, seconds: float) -> None:
        """Set the deadline of a new state."""
        self.state, self.deadline = state, time.monotonic() + seconds
        self._transferred = 0

    def extend_deadline(self, transferred: int, seconds: float, rate: int) -> None:
        """Renew the deadline if the client has transferred enough bytes since it was set: `rate` a second."""
        self._transferred += transferred
        if self._transferred >= rate * seconds:
            self.wait(self.state, seconds)

    def receive(self) -> bytes | None:
        """Return the bytes that have arrived, b"" at the end of the stream, None if there are none yet."""
        try:
            return self.sock.recv(_READ_SIZE if self.request.has_head else _FIRST_READ_SIZE)
        except BlockingIOError:
            return None
        except OSError:
            return b""
