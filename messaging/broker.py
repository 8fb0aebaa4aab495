"""How every process of ours reaches RabbitMQ, and what it looks like when it cannot."""

from collections.abc import Mapping
from typing import Any

from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.transport.pyamqp import Transport

#: what losing the broker, or being refused by it, raises
ERRORS: tuple[type[Exception], ...] = (
    *Transport.connection_errors,
    *Transport.channel_errors,
    OperationalError,
)
_HEARTBEAT = 30  # seconds


def connection(config: Mapping[str, Any], **options: Any) -> Connection:
    """A connection, not yet open, as the configuration says (`AMQP_URI`, `AMQP_SSL`, `HEARTBEAT`)."""
    return Connection(
        config["AMQP_URI"],
        heartbeat=config.get("HEARTBEAT", _HEARTBEAT),
        connect_timeout=5,
        ssl=config.get("AMQP_SSL"),
        login_method=config.get("LOGIN_METHOD"),
        **options,
    )
