"""Messages a service publishes by itself: replies to calls, and copies of what failed.

(Its events go through the outbox and the relay.) Whoever publishes has a connection for as long as that takes, so that
one that the broker has frozen or cut hurts nobody else.
"""

from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import amqp
from kombu import Connection

from messaging import broker

_FRESH = 0.5  # seconds for which an idle connection is taken to be as it was
_PATIENCE = 5  # seconds to write, and again for the broker to confirm


class Publisher:
    """A pool of connections that grows to the number of those who publish at the same moment.

    With `confirm`, `publish` returns when the broker has the message in the queue it is for; without, it may be lost
    with the connection.
    """

    def __init__(self, config: Mapping[str, Any], *, confirm: bool) -> None:
        self._config = config
        self._confirm = confirm
        self._idle: list[tuple[Connection, Any, float]] = []  # and since when

    def publish(self, body: bytes | str, *, exchange: str, routing_key: str, **properties: Any) -> None:
        """Publish one message. Raises one of `broker.ERRORS`; it may then have been published all the same."""
        message = amqp.Message(body, **properties)
        try:
            connection, channel, since = self._idle.pop()
        except IndexError:
            connection, channel = self._connect()
        else:
            # while it lay idle the broker may have gone and come back
            if monotonic() - since > _FRESH and not self._is_open(connection):
                connection, channel = self._connect()
        try:
            if self._confirm:
                channel.basic_publish_confirm(
                    message, exchange, routing_key, mandatory=True, timeout=_PATIENCE, confirm_timeout=_PATIENCE
                )
            else:
                channel.basic_publish(message, exchange, routing_key, timeout=_PATIENCE)
        except BaseException:
            connection.collect()  # what it would still say belongs to this message, not to the next
            raise
        self._idle.append((connection, channel, monotonic()))

    def close(self) -> None:
        """Close the connections nobody is using."""
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
