"""The format of published events: CloudEvents 1.0, structured JSON, in the body of the message."""

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
    """The interface of an event class. The events themselves are in `contracts`."""

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
    """An event with its metadata. `name` is the routing key, `sequence` the version of the subject."""

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
    def wrap(cls, event: Event, *, at: datetime, traceparent: str | None = None) -> Self:
        """Return a new envelope with a new id for `event`, emitted `at` that time."""
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
        """Return the CloudEvent as JSON primitives."""
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

    def to_json(self) -> str:
        """Return the CloudEvent as JSON text."""
        return orjson.dumps(self.dump()).decode()

    @classmethod
    def parse(cls, body: bytes | str) -> Self:
        """Return the envelope in a message's body. Raise `Undecodable` if it is not a CloudEvent of this platform."""
        try:
            event = orjson.loads(body)
            prefix, publisher, name = event["type"].split(".")
            if prefix != _TYPE_PREFIX or not isinstance(event["data"], dict):
                raise Undecodable(f"not an event of this platform: {event['type']!r}")
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
class ReceivedEvent:
    """A decoded event and its envelope."""

    envelope: Envelope
    event: Any

    @property
    def id(self) -> str:
        """The id of the event, which the inbox stores."""
        return self.envelope.id

    @property
    def context_data(self) -> dict[str, str]:
        """The context of the handler's work, as nameko passes it to a worker."""
        traceparent = self.envelope.traceparent
        return {"request_id": self.id} | ({"traceparent": traceparent} if traceparent else {})

    @classmethod
    def from_envelope(cls, envelope: Envelope, events: Iterable[type[Event]]) -> Self:
        """Decode the event as one of `events`. Raise `Undecodable` if it is another one or has invalid data."""
        for event in events:
            if (event.name(), event.publisher) == (envelope.name, envelope.publisher):
                try:
                    return cls(envelope, event.load(envelope.data))
                except Exception as error:
                    raise Undecodable(f"{envelope.name}: {error}") from error
        raise Undecodable(f"this handler does not know {envelope.publisher}.{envelope.name}")
