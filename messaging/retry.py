"""Another time for what failed, a few times, and then a place where it waits for a person.

A message that failed is published to `retry.<delay>`, an exchange whose queue keeps it for that long and then gives it
back to the default exchange under its routing key: the name of the queue it came from. So one queue per delay serves
all handlers. After the last delay it goes to `parked`, with the error in its headers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kombu import Exchange, Message, Producer, Queue
from nameko.amqp.publish import get_producer

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
_CONFIRM = 5  # seconds the broker may take to confirm

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


@dataclass(frozen=True)
class Retry:
    """Sends failed messages on, confirmed by the broker before the original may be acknowledged."""

    amqp_uri: str
    delays: Sequence[float]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Retry":
        return cls(config["AMQP_URI"], delays(config))

    def later(self, message: Message, queue: str, error: BaseException) -> str:
        """Have `message` delivered to `queue` again after a while, or park it; the name of where it went."""
        attempts = int(message.headers.get(ATTEMPTS, 0)) + 1
        if attempts > len(self.delays):
            return self.park(message, queue, error)
        place = retry_queue(self.delays[attempts - 1])
        self._publish(message, place.exchange, queue, {ATTEMPTS: attempts} | _about(error))
        return str(place.name)

    def park(self, message: Message, queue: str, error: BaseException) -> str:
        """Put `message` where a person will look at it."""
        headers = {PARKED_AT: datetime.now(UTC).isoformat(), FROM_QUEUE: queue} | _about(error)
        self._publish(message, parked_queue().exchange, queue, headers)
        return PARKED

    def _publish(self, message: Message, exchange: Exchange, queue: str, headers: dict[str, Any]) -> None:
        with get_producer(self.amqp_uri, confirms=True) as producer:
            forward(producer, message, exchange=exchange.name, queue=queue, headers=headers)


def forward(producer: Producer, message: Message, *, exchange: str, queue: str, headers: Mapping[str, Any]) -> None:
    """Publish a copy of `message`, byte for byte, with further `headers`; return when the broker has it."""
    producer.publish(
        message.body,
        exchange=exchange,
        routing_key=queue,
        mandatory=True,
        delivery_mode=2,
        content_type=message.content_type or "application/octet-stream",
        content_encoding=message.content_encoding or "utf-8",
        message_id=message.properties.get("message_id"),
        headers={**message.headers, **headers},
        retry=True,
        retry_policy={"max_retries": 2, "interval_start": 0.1, "interval_max": 1},
        confirm_timeout=_CONFIRM,
    )


def _about(error: BaseException) -> dict[str, str]:
    return {ERROR: str(error)[:_DETAIL], ERROR_TYPE: type(error).__name__}
