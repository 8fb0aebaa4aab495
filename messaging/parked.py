"""What a person does about messages that no retry could help: look, send them back, or drop them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from kombu import Message

from messaging import broker
from messaging.envelope import Envelope
from messaging.errors import Undecodable
from messaging.publishing import Publisher
from messaging.retry import ATTEMPTS, ERROR, ERROR_TYPE, FROM_QUEUE, PARKED, PARKED_AT, forward


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """One parked message: where it comes from and why it is here. Without `event` it could not be read."""

    queue: str
    event: str | None
    name: str | None
    attempts: int
    error: str
    parked_at: str | None
    body: str

    @classmethod
    def of(cls, message: Message) -> "Parked":
        headers = message.headers
        death: dict[str, Any] = next(
            iter(headers.get("x-death", ())), {}
        )  # the broker's own note, when it gave up delivering
        body = message.body if isinstance(message.body, str) else bytes(message.body).decode(errors="replace")
        try:
            envelope: Envelope | None = Envelope.parse(message.body)
        except Undecodable:
            envelope = None
        return cls(
            queue=headers.get(FROM_QUEUE) or death.get("queue", "?"),
            event=envelope.id if envelope else None,
            name=envelope.name if envelope else None,
            attempts=int(headers.get(ATTEMPTS, 0)),
            error=f"{headers[ERROR_TYPE]}: {headers[ERROR]}" if ERROR in headers else str(death.get("reason", "?")),
            parked_at=headers.get(PARKED_AT),
            body=body,
        )

    def dump(self) -> dict[str, Any]:
        """JSON primitives."""
        return asdict(self)


Choice = Callable[[Parked], bool]


def look(config: Mapping[str, Any]) -> list[Parked]:
    """All that is parked, which stays where it is."""
    with _messages(config) as messages:
        return [Parked.of(message) for message in messages]


def replay(config: Mapping[str, Any], chosen: Choice) -> list[Parked]:
    """Send the `chosen` back to the queues they came from, as if they were new."""
    publisher = Publisher(config, confirm=True)
    replayed = []
    with _messages(config) as messages:
        for message in messages:
            parked = Parked.of(message)
            if chosen(parked):
                forward(publisher, message, "", parked.queue, {})
                message.ack()
                replayed.append(parked)
    publisher.close()
    return replayed


def drop(config: Mapping[str, Any], chosen: Choice) -> list[Parked]:
    """Throw the `chosen` away, for good."""
    dropped = []
    with _messages(config) as messages:
        for message in messages:
            parked = Parked.of(message)
            if chosen(parked):
                message.ack()
                dropped.append(parked)
    return dropped


@contextmanager
def _messages(config: Mapping[str, Any]) -> Iterator[Iterator[Message]]:
    """The messages that are parked now; those not acknowledged in the block go back to their place after it."""
    with broker.connected(config) as connection:
        channel = connection.default_channel

        def each() -> Iterator[Message]:
            for _ in range(channel.queue_declare(PARKED, passive=True).message_count):
                message = channel.basic_get(PARKED)
                if message is None:
                    return
                yield channel.message_to_python(message)

        yield each()
