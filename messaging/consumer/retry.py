"""Retry queues and the dead-letter queue.

A failed message is published to `retry.<delay>`, a fanout exchange whose queue holds it until its time to live expires.
The broker then dead-letters it to the default exchange under its routing key, which is the name of its original queue.
So one queue per delay serves all handlers. After the last delay it is published to `parked`, the dead-letter queue,
with the error in its headers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kombu import Exchange, Message, Queue

from messaging.consumer.publisher import Publisher

DEFAULT_DELAYS = (5.0, 30.0, 300.0, 3600.0)
ATTEMPTS, ERROR, ERROR_TYPE, DEAD_LETTERED_AT, FROM_QUEUE, FROM_EXCHANGE, REDELIVERED_BY = (
    "x-attempts",
    "x-error",
    "x-error-type",
    "x-parked-at",
    "x-from-queue",
    "x-from-exchange",
    "x-redelivered-by",
)
DEAD_LETTERS = "parked"
_EVENT_EXCHANGE = ".events"
_MAX_ERROR_LENGTH = 2000  # characters

#: arguments of quorum queues, which are replicated in a cluster and reject messages when full
QUORUM: dict[str, Any] = {"x-queue-type": "quorum", "x-overflow": "reject-publish"}


def event_exchange(publisher: str) -> str:
    """Return the exchange to which relays publish the events of one service."""
    return publisher + _EVENT_EXCHANGE


def redelivered_by(message: Message) -> str | None:
    """Return the verified login that delivered an event again, "" if it is unknown, or None for a first delivery.

    Only relays may publish to the exchanges of events; any service may publish to those of the retry queues.
    """
    if message.delivery_info["exchange"].endswith(_EVENT_EXCHANGE):
        return None
    return message.properties.get("user_id") or ""


def delays(config: Mapping[str, Any]) -> Sequence[float]:
    """Return the seconds before each further attempt (`RETRY_DELAYS` of the configuration)."""
    return tuple(config.get("RETRY_DELAYS") or DEFAULT_DELAYS)


def retry_queue(delay: float) -> Queue:
    """Return the queue that holds messages for `delay` seconds and then returns them to their original queues."""
    name = f"retry.{delay:g}s"
    return Queue(
        name,
        exchange=Exchange(name, type="fanout", durable=True),
        durable=True,
        queue_arguments=QUORUM
        | {
            "x-message-ttl": round(delay * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
        },
    )


def dead_letter_queue() -> Queue:
    """Return the dead-letter queue. Listing its messages counts as a delivery, so its delivery limit is high."""
    return Queue(
        DEAD_LETTERS,
        exchange=Exchange(DEAD_LETTERS, type="fanout", durable=True),
        durable=True,
        queue_arguments=QUORUM | {"x-delivery-limit": 1_000_000},
    )


def attempts_of(message: Message) -> int:
    """Return how often a message was tried; 0 for a header that no consumer of ours has written."""
    attempts = message.headers.get(ATTEMPTS, 0)
    return attempts if isinstance(attempts, int) and attempts > 0 else 0


class FailedMessages:
    """Publishes copies of failed messages for retry or as dead letters, with confirms."""

    def __init__(self, publisher: Publisher, delays: Sequence[float]) -> None:
        self._publisher = publisher
        self._delays = delays

    def retry(self, message: Message, queue: str, error: BaseException) -> str:
        """Publish `message` to the next retry queue, or as a dead letter after the last; return the queue's name."""
        attempts = attempts_of(message) + 1
        if attempts > len(self._delays):
            return self.dead_letter(message, queue, error)
        destination = retry_queue(self._delays[attempts - 1])
        headers = {ATTEMPTS: attempts} | _error_headers(error)
        publish_copy(self._publisher, message, destination.exchange.name, queue, headers)
        return str(destination.name)

    def dead_letter(self, message: Message, queue: str, error: BaseException) -> str:
        """Publish `message` to the dead-letter queue and return the queue's name."""
        headers = {
            DEAD_LETTERED_AT: datetime.now(UTC).isoformat(),
            FROM_QUEUE: queue,
            FROM_EXCHANGE: message.delivery_info["exchange"],
            ATTEMPTS: attempts_of(message) + 1,
            REDELIVERED_BY: redelivered_by(message),
        }
        publish_copy(self._publisher, message, DEAD_LETTERS, queue, headers | _error_headers(error))
        return DEAD_LETTERS


def publish_copy(
    publisher: Publisher, message: Message, exchange: str, routing_key: str, headers: Mapping[str, Any]
) -> None:
    """Publish a copy of `message` with the same body, replacing the headers of earlier attempts with `headers`.

    Its `user_id` is the login of this process, by which the queue's consumer trusts it.
    """
    own_headers = {name: value for name, value in message.headers.items() if not name.startswith("x-")}
    publisher.publish(
        message.body,
        exchange=exchange,
        routing_key=routing_key,
        delivery_mode=2,
        content_type=message.content_type or "application/octet-stream",
        content_encoding=message.content_encoding or "binary",
        user_id=publisher.login,
        application_headers={**own_headers, **headers},
        **{key: message.properties[key] for key in ("message_id", "type") if key in message.properties},
    )


def _error_headers(error: BaseException) -> dict[str, str]:
    return {ERROR: str(error)[:_MAX_ERROR_LENGTH], ERROR_TYPE: type(error).__name__}
