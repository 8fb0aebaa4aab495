"""Another time for what failed, a few times, and then a place where it waits for a person.

A message that failed is published to `retry.<delay>`, an exchange whose queue keeps it for that long and then gives it
back to the default exchange under its routing key: the name of the queue it came from. So one queue per delay serves
all handlers. After the last delay it goes to `parked`, with the error in its headers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kombu import Exchange, Message, Queue

from messaging.publishing import Publisher

DEFAULT_DELAYS = (5.0, 30.0, 300.0, 3600.0)
ATTEMPTS, ERROR, ERROR_TYPE, PARKED_AT, FROM_QUEUE = (
    "x-attempts",
    "x-error",
    "x-error-type",
    "x-parked-at",
    "x-from-queue",
)
PARKED = "parked"
_DETAIL = 2000  # characters of the error that travel with the message

#: quorum queues everywhere: replicated where there is a cluster, refusing rather than dropping when full
SAFE: dict[str, Any] = {"x-queue-type": "quorum", "x-overflow": "reject-publish"}


def delays(config: Mapping[str, Any]) -> Sequence[float]:
    """Seconds before each further attempt (`RETRY_DELAYS` of the configuration)."""
    return tuple(config.get("RETRY_DELAYS") or DEFAULT_DELAYS)


def retry_queue(delay: float) -> Queue:
    """Keeps what is published to its exchange for `delay` seconds, then sends it back where it came from."""
    name = f"retry.{delay:g}s"
    return Queue(
        name,
        exchange=Exchange(name, type="fanout", durable=True),
        durable=True,
        queue_arguments=SAFE
        | {
            "x-message-ttl": round(delay * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
        },
    )


def parked_queue() -> Queue:
    """Where a person decides. Looking at what is there must not use up its deliveries."""
    return Queue(
        PARKED,
        exchange=Exchange(PARKED, type="fanout", durable=True),
        durable=True,
        queue_arguments=SAFE | {"x-delivery-limit": 1_000_000},
    )


class Retry:
    """Sends failed messages on, confirmed by the broker before the original may be acknowledged."""

    def __init__(self, publisher: Publisher, delays: Sequence[float]) -> None:
        self._publisher = publisher
        self._delays = delays

    def later(self, message: Message, queue: str, error: BaseException) -> str:
        """Have `message` delivered to `queue` again after a while, or park it; the name of where it went."""
        attempts = int(message.headers.get(ATTEMPTS, 0)) + 1
        if attempts > len(self._delays):
            return self.park(message, queue, error)
        place = retry_queue(self._delays[attempts - 1])
        forward(self._publisher, message, place.exchange.name, queue, {ATTEMPTS: attempts} | _about(error))
        return str(place.name)

    def park(self, message: Message, queue: str, error: BaseException) -> str:
        """Put `message` where a person will look at it."""
        attempts = int(message.headers.get(ATTEMPTS, 0)) + 1
        headers = {PARKED_AT: datetime.now(UTC).isoformat(), FROM_QUEUE: queue, ATTEMPTS: attempts} | _about(error)
        forward(self._publisher, message, PARKED, queue, headers)
        return PARKED


def forward(
    publisher: Publisher, message: Message, exchange: str, routing_key: str, headers: Mapping[str, Any]
) -> None:
    """Publish a copy of `message`, byte for byte, with `headers` in place of those of earlier attempts."""
    kept = {name: value for name, value in message.headers.items() if not name.startswith("x-")}
    publisher.publish(
        message.body,
        exchange=exchange,
        routing_key=routing_key,
        delivery_mode=2,
        content_type=message.content_type or "application/octet-stream",
        content_encoding=message.content_encoding or "binary",
        application_headers={**kept, **headers},
        **{key: message.properties[key] for key in ("message_id", "type") if key in message.properties},
    )


def _about(error: BaseException) -> dict[str, str]:
    return {ERROR: str(error)[:_DETAIL], ERROR_TYPE: type(error).__name__}
