"""Read many AMQP frames with one system call."""

from struct import Struct
from typing import Any

from amqp.exceptions import UnexpectedFrame
from kombu import Connection

from messaging import fastpath

_READ_SIZE = 16_384  # bytes
_HEADER = Struct(">BHI")  # frame type, channel, payload size
_FRAME_END = 0xCE


def drain_events(connection: Connection, timeout: float) -> None:
    """Dispatch the frames that have arrived on an open connection. Raise TimeoutError if none arrives in `timeout` s.

    kombu's `drain_events` makes three reads for each frame and sets the socket's timeout before and after each.
    """
    if not fastpath.is_enabled("frames"):
        connection.drain_events(timeout=timeout)
        return
    amqp_connection = connection.connection
    transport = amqp_connection.transport
    with transport.having_timeout(timeout):
        received = transport._quick_recv(_READ_SIZE)
    if not received:
        raise ConnectionError("the broker closed the connection")
    frames, transport._read_buffer = _split(transport._read_buffer + received)
    for frame in frames:
        amqp_connection.on_inbound_frame(frame)


def _split(data: bytes) -> tuple[list[tuple[int, int, bytes]], bytes]:
    """Return the complete frames in `data` as (type, channel, payload), and the bytes of the incomplete last one."""
    frames: list[tuple[Any, Any, bytes]] = []
    start = 0
    while len(data) >= start + _HEADER.size:
        frame_type, channel, size = _HEADER.unpack_from(data, start)
        end = start + _HEADER.size + size
        if end >= len(data):
            break
        if data[end] != _FRAME_END:
            raise UnexpectedFrame(f"a frame ends with {data[end]:#04x}")
        frames.append((frame_type, channel, data[start + _HEADER.size : end]))
        start = end + 1
    return frames, data[start:]
