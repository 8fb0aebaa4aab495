"""List, replay or drop dead letters: messages that failed in every attempt or could not be decoded."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from kombu import Message

from messaging import broker
from messaging.consumer.publisher import Publisher
from messaging.consumer.retry import (
    DEAD_LETTERED_AT,
    DEAD_LETTERS,
    ERROR,
    ERROR_TYPE,
    FROM_EXCHANGE,
    FROM_QUEUE,
    REDELIVERED_BY,
    attempts_of,
    event_exchange,
    publish_copy,
)
from messaging.envelope import Envelope
from messaging.errors import Undecodable


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message of the dead-letter queue. `event` and `name` are None if it could not be decoded."""

    queue: str
    event: str | None
    name: str | None
    publisher: str | None
    attempts: int
    error: str
    parked_at: str | None
    publishers: list[str]
    """The verified login that published it, and the one that had delivered the event to its queue again, if any did."""
    exchange: str
    """Where it came from: an exchange of events, or "" if it was delivered again."""
    body: str

    def is_from(self, trusted: Collection[str]) -> bool:
        """Whether the service of its queue or a trusted login published it, and no other delivered it again.

        The login of a service has the service's name, and so has the exchange of its events.
        """
        if self.exchange and self.publisher is not None and self.exchange != event_exchange(self.publisher):
            return False
        service = self.queue.rpartition("--")[2].partition(".")[0]
        return all(publisher == service or publisher in trusted for publisher in self.publishers)

    @classmethod
    def from_message(cls, message: Message) -> "DeadLetter":
        """Read the headers of `FailedMessages`, or those of the broker if the delivery limit was exceeded."""
        headers = message.headers
        deaths = headers.get("x-death")
        death: dict[str, Any] = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
        body = message.body if isinstance(message.body, str) else bytes(message.body).decode(errors="replace")
        try:
            envelope: Envelope | None = Envelope.parse(message.body)
        except Undecodable:
            envelope = None
        return cls(
            queue=str(headers.get(FROM_QUEUE) or death.get("queue", "?")),
            event=envelope.id if envelope else None,
            name=envelope.name if envelope else None,
            publisher=envelope.publisher if envelope else None,
            exchange=str(headers.get(FROM_EXCHANGE) or ""),
            attempts=attempts_of(message),
            error=(
                f"{headers.get(ERROR_TYPE, '?')}: {headers[ERROR]}"
                if ERROR in headers
                else str(death.get("reason", "?"))
            ),
            parked_at=headers.get(DEAD_LETTERED_AT),
            publishers=[
                message.properties.get("user_id") or "",
                *([headers[REDELIVERED_BY]] if headers.get(REDELIVERED_BY) is not None else []),
            ],
            body=body,
        )

    def dump(self) -> dict[str, Any]:
        """Return JSON primitives."""
        return asdict(self)


Predicate = Callable[[DeadLetter], bool]


def list_all(config: Mapping[str, Any]) -> list[DeadLetter]:
    """Return all dead letters; they stay in the queue."""
    with _messages(config) as messages:
        return [DeadLetter.from_message(message) for message in messages]


def replay(config: Mapping[str, Any], selected: Predicate, *, any_publisher: bool = False) -> list[DeadLetter]:
    """Publish the `selected` dead letters to their original queues, with no attempts counted, and return them.

    Those that another service published stay, unless `any_publisher` is set: any service may publish dead letters.
    """
    publisher = Publisher(config, confirm=True)
    trusted = {publisher.login, broker.login_of("relay", config), broker.login_of("operator", config)}
    replayed = []
    with _messages(config) as messages:
        for message in messages:
            letter = DeadLetter.from_message(message)
            if selected(letter) and (any_publisher or letter.is_from(trusted)):
                publish_copy(publisher, message, "", letter.queue, {})
                message.ack()
                replayed.append(letter)
    publisher.close()
    return replayed


def drop(config: Mapping[str, Any], selected: Predicate) -> list[DeadLetter]:
    """Delete the `selected` dead letters and return them."""
    dropped = []
    with _messages(config) as messages:
        for message in messages:
            letter = DeadLetter.from_message(message)
            if selected(letter):
                message.ack()
                dropped.append(letter)
    return dropped


@contextmanager
def _messages(config: Mapping[str, Any]) -> Iterator[Iterator[Message]]:
    """Iterate over the dead-letter queue; messages not acknowledged in the block return to their position after it."""
    with broker.connected(config) as connection:
        channel = connection.default_channel

        def get_each() -> Iterator[Message]:
            for _ in range(channel.queue_declare(DEAD_LETTERS, passive=True).message_count):
                message = channel.basic_get(DEAD_LETTERS)
                if message is None:
                    return
                yield channel.message_to_python(message)

        yield get_each()
