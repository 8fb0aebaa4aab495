"""How an event travels: CloudEvents 1.0, structured JSON, in the body of the message."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, Self

import orjson
from ulid import ULID

from messaging.errors import Undecodable

CONTENT_TYPE = "application/cloudevents+json"
_TYPE_PREFIX = "shanzhi"


class Event(Protocol):
    """What this package asks of an event; the language itself is in `contracts`."""

    publisher: ClassVar[str]

    @property
    def community(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @classmethod
    def name(cls) -> str: ...
    def dump(self) -> dict[str, Any]: ...
    @classmethod
    def load(cls, data: dict[str, Any]) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One event with all that is said about it. `name` is the routing key, `sequence` the subject's version."""

    id: str
    publisher: str
    name: str
    time: str
    subject: str
    community: str
    sequence: int
    data: dict[str, Any] = field(repr=False)
    traceparent: str | None = None

    @classmethod
    def around(cls, event: Event, *, at: datetime, traceparent: str | None = None) -> Self:
        """A new envelope, with a new id, for `event` emitted `at` that instant."""
        return cls(
            id=f"evt_{str(ULID()).lower()}",
            publisher=event.publisher,
            name=event.name(),
            time=at.isoformat(),
            subject=event.subject,
            community=event.community,
            sequence=event.sequence,
            data=event.dump(),
            traceparent=traceparent,
        )

    def dump(self) -> dict[str, Any]:
        """The CloudEvent, in JSON primitives."""
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": f"/shanzhi/{self.publisher}",
            "type": f"{_TYPE_PREFIX}.{self.publisher}.{self.name}",
            "time": self.time,
            "subject": self.subject,
            "datacontenttype": "application/json",
            "community": self.community,
            "sequence": self.sequence,
            "data": self.data,
        }
        if self.traceparent:
            event["traceparent"] = self.traceparent
        return event

    def text(self) -> str:
        """The CloudEvent as it travels."""
        return orjson.dumps(self.dump()).decode()

    @classmethod
    def parse(cls, body: bytes | str) -> Self:
        """The envelope in a message's body. Raises `Undecodable` for anything else."""
        try:
            event = orjson.loads(body)
            prefix, publisher, name = event["type"].split(".")
            if prefix != _TYPE_PREFIX or not isinstance(event["data"], dict):
                raise Undecodable(f"not an event of ours: {event['type']!r}")
            return cls(
                id=str(event["id"]),
                publisher=publisher,
                name=name,
                time=event["time"],
                subject=event["subject"],
                community=event["community"],
                sequence=int(event["sequence"]),
                data=event["data"],
                traceparent=event.get("traceparent"),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Undecodable(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event taken out of its envelope, which says where it came from."""

    envelope: Envelope
    event: Any

    @property
    def id(self) -> str:
        """What the inbox knows it by."""
        return self.envelope.id

    @property
    def context_data(self) -> dict[str, str]:
        """What is known of its cause, for the work it will cause."""
        traceparent = self.envelope.traceparent
        return {"request_id": self.id} | ({"traceparent": traceparent} if traceparent else {})

    @classmethod
    def of(cls, envelope: Envelope, events: Iterable[type[Event]]) -> Self:
        """The event in the envelope. Raises `Undecodable` if it is none of `events`, or not well formed."""
        for event in events:
            if (event.name(), event.publisher) == (envelope.name, envelope.publisher):
                try:
                    return cls(envelope, event.load(envelope.data))
                except Exception as error:
                    raise Undecodable(f"{envelope.name}: {error}") from error
        raise Undecodable(f"this handler does not know {envelope.publisher}.{envelope.name}")
