"""Connections to RabbitMQ, the errors they raise, and whose messages are trusted.

RabbitMQ accepts a message with a `user_id` only from the login of that name. So a service that was taken over can
neither make calls as the gateway does, nor deliver events by way of the retry queues.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import MessageNacked
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.transport.pyamqp import Transport
from kombu.utils.url import parse_url

#: raised when the broker is unreachable, closes the connection or a channel, or rejects a message
ERRORS: tuple[type[Exception], ...] = (
    *Transport.connection_errors,
    *Transport.channel_errors,
    OperationalError,
    MessageNacked,
)
_LOGINS = {"gateway": "gateway", "relay": "relay", "operator": "shanzhi"}
_HEARTBEAT = 30  # seconds
_CONNECT_TIMEOUT = 5  # seconds


def connection(config: Mapping[str, Any], *, heartbeat: float | None = None) -> Connection:
    """Return a connection, not yet open, configured by `AMQP_URI`, `AMQP_CA_FILE`, `LOGIN_METHOD` and `HEARTBEAT`."""
    return Connection(
        config["AMQP_URI"],
        heartbeat=config.get("HEARTBEAT", _HEARTBEAT) if heartbeat is None else heartbeat,
        connect_timeout=_CONNECT_TIMEOUT,
        ssl=_tls(config["AMQP_URI"], config.get("AMQP_CA_FILE")),
        login_method=config.get("LOGIN_METHOD"),
    )


def _tls(uri: str, ca_file: str | None) -> dict[str, Any] | None:
    """Return the TLS options of an `amqps://` URI, which verify the broker's certificate and name; None for `amqp://`."""
    broker = parse_url(uri)
    if broker["transport"] not in ("amqps", "pyamqps"):
        return None
    return {"server_hostname": broker["hostname"], "cert_reqs": ssl.CERT_REQUIRED, "ca_certs": ca_file or None}


@contextmanager
def connected(config: Mapping[str, Any]) -> Iterator[Connection]:
    """Open a connection for the duration of the block. Raise one of `ERRORS` if the broker cannot be reached."""
    with connection(config) as open_connection:
        open_connection.connect()
        yield open_connection


def login(config: Mapping[str, Any]) -> str:
    """Return the name with which this process signs in to the broker."""
    return str(parse_url(config["AMQP_URI"])["userid"] or "guest")


def login_of(role: str, config: Mapping[str, Any]) -> str:
    """Return the login of the `gateway`, a `relay` or the `operator` (`BROKER_LOGINS` of the configuration)."""
    return str((config.get("BROKER_LOGINS") or _LOGINS).get(role, _LOGINS[role]))
