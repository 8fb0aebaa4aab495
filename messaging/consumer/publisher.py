"""Publish messages outside the outbox: replies to calls, and copies of failed messages.

Each publish has a connection to itself, so that one that hangs or is lost affects no other.
"""

from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import amqp
from kombu import Connection

from messaging import broker

_TRUSTED_IDLE_TIME = 0.5  # seconds for which an idle connection is reused without a check
_TIMEOUT = 5  # seconds to write, and again for the broker to confirm


class Publisher:
    """A pool of connections that grows to the number of simultaneous publishes.

    With `confirm`, `publish` returns when the message is in its queue; without, a lost connection may lose the message.
    """

    def __init__(self, config: Mapping[str, Any], *, confirm: bool) -> None:
        self._config = config
        self.login = broker.login(config)
        self._confirm = confirm
        self._idle: list[tuple[Connection, Any, float]] = []  # connection, channel, idle since

    def publish(self, body: bytes | str, *, exchange: str, routing_key: str, **properties: Any) -> None:
        """Publish one message. Raise one of `broker.ERRORS` on failure; the message may have been published then."""
        message = amqp.Message(body, **properties)
        try:
            connection, channel, since = self._idle.pop()
        except IndexError:
            connection, channel = self._connect()
        else:
            # the broker may have restarted while the connection was idle
            if monotonic() - since > _TRUSTED_IDLE_TIME and not self._is_open(connection):
                connection, channel = self._connect()
        try:
            if self._confirm:
                channel.basic_publish_confirm(
                    message, exchange, routing_key, mandatory=True, timeout=_TIMEOUT, confirm_timeout=_TIMEOUT
                )
            else:
                channel.basic_publish(message, exchange, routing_key, timeout=_TIMEOUT)
        except BaseException:
            connection.collect()  # a late confirm would be taken for that of the next message
            raise
        self._idle.append((connection, channel, monotonic()))

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            connection, _, _ = self._idle.pop()
            with suppress(*broker.ERRORS):
                connection.release()

    def _connect(self) -> tuple[Connection, Any]:
        connection = broker.connection(self._config, heartbeat=0)
        connection.connect()
        return connection, connection.channel()

    def _is_open(self, connection: Connection) -> bool:
        try:
            connection.drain_events(timeout=0)
        except TimeoutError:
            return True
        except broker.ERRORS:
            connection.collect()
            return False
        return True
