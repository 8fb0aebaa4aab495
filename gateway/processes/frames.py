"""Messages between the gateway and a worker process: a small JSON head and bytes. Neither side unpickles anything."""

import json
import struct
from typing import Any, Protocol

MAX_CONTENT_BYTES = 64 * 1024 * 1024
"""Enough for a workbook of 200,000 lines; uploads are smaller."""
_MAX_HEAD_BYTES = 256 * 1024
_LENGTHS = struct.Struct(">II")


class Reader(Protocol):
    """A binary file to read from."""

    def read(self, size: int, /) -> bytes: ...


class FrameError(Exception):
    """The other side ended or sent something else than a frame."""


def frame(head: dict[str, Any], content: bytes = b"") -> bytes:
    """Return a message as bytes. Raise FrameError when it is too large."""
    text = json.dumps(head, ensure_ascii=False).encode()
    if len(text) > _MAX_HEAD_BYTES or len(content) > MAX_CONTENT_BYTES:
        raise FrameError("too large")
    return _LENGTHS.pack(len(text), len(content)) + text + content


def read_frame(file: Reader) -> tuple[dict[str, Any], bytes]:
    """Return the next message. Raise FrameError when there is none or it is malformed."""
    head_length, content_length = _LENGTHS.unpack(_read_exactly(file, _LENGTHS.size))
    if head_length > _MAX_HEAD_BYTES or content_length > MAX_CONTENT_BYTES:
        raise FrameError("too large")
    try:
        head = json.loads(_read_exactly(file, head_length))
    except ValueError as error:
        raise FrameError("not JSON") from error
    if not isinstance(head, dict):
        raise FrameError("not an object")
    return head, _read_exactly(file, content_length)


def _read_exactly(file: Reader, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = file.read(min(size, 1024 * 1024))
        if not part:
            raise FrameError("ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
