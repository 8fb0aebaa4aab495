"""The base class of all events: community, subject, sequence, and conversion to JSON and back."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import marshmallow
from marshmallow_dataclass import class_schema

from contracts.event_codec import EventCodec, UnexpectedValue


class _EventSchema(marshmallow.Schema):
    class Meta:
        unknown = marshmallow.EXCLUDE


@dataclass(frozen=True, kw_only=True)
class Event:
    """A committed fact, named by a past participle.

    `sequence` is the version of the event's subject: a consumer that keeps the latest state skips events with a lower
    sequence than its own.
    """

    publisher: ClassVar[str]
    subject_field: ClassVar[str]

    community: str
    sequence: int = 1

    @classmethod
    def name(cls) -> str:
        """Return the routing key, e.g. `ClaimSubmitted`."""
        return cls.__name__

    @property
    def subject(self) -> str:
        """The id of the object that the event describes."""
        return str(getattr(self, self.subject_field))

    def dump(self) -> dict[str, Any]:
        """Return the fields as JSON primitives: ids, integers, ISO 8601 dates and times."""
        if codec := _codec(type(self)):
            with suppress(UnexpectedValue):
                return codec.dump(self)
        dumped: dict[str, Any] = self.schema().dump(self)
        return dumped

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        """Return the event of `data`, ignoring unknown fields.

        Raise `marshmallow.ValidationError` when a field is missing or of the wrong type.
        """
        loaded: Self
        if codec := _codec(cls):
            with suppress(UnexpectedValue):
                loaded = codec.load(data)
                return loaded
        loaded = cls.schema().load(data)
        return loaded

    @classmethod
    def schema(cls) -> marshmallow.Schema:
        """Return the marshmallow schema of the event's data."""
        if cls not in _SCHEMAS:
            _SCHEMAS[cls] = class_schema(cls, base_schema=_EventSchema)()
        return _SCHEMAS[cls]


_SCHEMAS: dict[type[Event], marshmallow.Schema] = {}
_CODECS: dict[type[Event], EventCodec | None] = {}


def _codec(event_class: type[Event]) -> EventCodec | None:
    if event_class not in _CODECS:
        _CODECS[event_class] = EventCodec.of(event_class)
    return _CODECS[event_class]
