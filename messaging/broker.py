"""Connections to RabbitMQ and the errors they raise."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import MessageNacked
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.transport.pyamqp import Transport

#: raised when the broker is unreachable, closes the connection or a channel, or rejects a message
ERRORS: tuple[type[Exception], ...] = (
    *Transport.connection_errors,
    *Transport.channel_errors,
    OperationalError,
    MessageNacked,
)
_HEARTBEAT = 30  # seconds
_CONNECT_TIMEOUT = 5  # seconds


def connection(config: Mapping[str, Any], *, heartbeat: float | None = None) -> Connection:
    """Return a connection, not yet open, configured by `AMQP_URI`, `AMQP_SSL`, `LOGIN_METHOD` and `HEARTBEAT`."""
    return Connection(
        config["AMQP_URI"],
        heartbeat=config.get("HEARTBEAT", _HEARTBEAT) if heartbeat is None else heartbeat,
        connect_timeout=_CONNECT_TIMEOUT,
        ssl=config.get("AMQP_SSL"),
        login_method=config.get("LOGIN_METHOD"),
    )


@contextmanager
def connected(config: Mapping[str, Any]) -> Iterator[Connection]:
    """Open a connection for the duration of the block. Raise one of `ERRORS` if the broker cannot be reached."""
    with connection(config) as open_connection:
        open_connection.connect()
        yield open_connection
