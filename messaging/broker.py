"""How every process of ours reaches RabbitMQ, and what it looks like when it cannot."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from struct import Struct
from typing import Any

from amqp.exceptions import MessageNacked, UnexpectedFrame
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.transport.pyamqp import Transport

#: what losing the broker, or being refused by it, raises
ERRORS: tuple[type[Exception], ...] = (
    *Transport.connection_errors,
    *Transport.channel_errors,
    OperationalError,
    MessageNacked,
)
_HEARTBEAT = 30  # seconds
_CONNECT = 5  # seconds
_AT_ONCE = 16_384  # bytes
_HEAD = Struct(">BHI")  # of a frame
_END = 0xCE


def connection(config: Mapping[str, Any], *, heartbeat: float | None = None) -> Connection:
    """A connection, not yet open, as the configuration says (`AMQP_URI`, `AMQP_SSL`, `HEARTBEAT`)."""
    return Connection(
        config["AMQP_URI"],
        heartbeat=config.get("HEARTBEAT", _HEARTBEAT) if heartbeat is None else heartbeat,
        connect_timeout=_CONNECT,
        ssl=config.get("AMQP_SSL"),
        login_method=config.get("LOGIN_METHOD"),
    )


@contextmanager
def connected(config: Mapping[str, Any]) -> Iterator[Connection]:
    """An open connection, for the length of the block. Raises one of `ERRORS` when there is no broker."""
    with connection(config) as opened:
        opened.connect()
        yield opened


def drain(connection: Connection, seconds: float) -> None:
    """Hand on what has arrived on an open connection; TimeoutError when for `seconds` nothing does.

    One read for as many frames as there are, where kombu's own makes three for each frame and sets a timeout each time.
    """
    opened = connection.connection
    transport = opened.transport
    with transport.having_timeout(seconds):
        received = transport._quick_recv(_AT_ONCE)
    if not received:
        raise ConnectionError("the broker closed the connection")
    frames, transport._read_buffer = _cut(transport._read_buffer + received)
    for frame in frames:
        opened.on_inbound_frame(frame)


def _cut(received: bytes) -> tuple[list[tuple[int, int, bytes]], bytes]:
    """The frames in what was `received`, each a type, a channel and a payload; and the beginning of the next."""
    frames, start = [], 0
    while len(received) >= start + _HEAD.size:
        kind, channel, size = _HEAD.unpack_from(received, start)
        end = start + _HEAD.size + size
        if end >= len(received):
            break
        if received[end] != _END:
            raise UnexpectedFrame(f"a frame ends with {received[end]:#04x}")
        frames.append((kind, channel, received[start + _HEAD.size : end]))
        start = end + 1
    return frames, received[start:]
