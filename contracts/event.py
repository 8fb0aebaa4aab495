"""What every event has in common: whose community, which version of what, and how it turns into JSON and back."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import marshmallow
from marshmallow_dataclass import class_schema

from contracts.plain import Odd, Plain


class _EventSchema(marshmallow.Schema):
    class Meta:
        unknown = marshmallow.EXCLUDE


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, named by a past participle, told once it is committed.

    `sequence` is the version of the thing the event is about (its `subject`): a reader that keeps the latest state
    skips what is older than what it has.
    """

    publisher: ClassVar[str]
    subject_field: ClassVar[str]

    community: str
    sequence: int = 1

    @classmethod
    def name(cls) -> str:
        """The routing key, e.g. `ClaimSubmitted`."""
        return cls.__name__

    @property
    def subject(self) -> str:
        """The id of the thing the event is about."""
        return str(getattr(self, self.subject_field))

    def dump(self) -> dict[str, Any]:
        """JSON primitives only: ids, integers, ISO 8601 dates and times."""
        if plain := _plain(type(self)):
            with suppress(Odd):
                return plain.dump(self)
        dumped: dict[str, Any] = self.schema().dump(self)
        return dumped

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        """The event that `data` describes; unknown fields are ignored.

        Raises `marshmallow.ValidationError` when a field is missing or of the wrong type.
        """
        loaded: Self
        if plain := _plain(cls):
            with suppress(Odd):
                loaded = plain.load(data)
                return loaded
        loaded = cls.schema().load(data)
        return loaded

    @classmethod
    def schema(cls) -> marshmallow.Schema:
        """The marshmallow schema of the event's data."""
        if cls not in _SCHEMAS:
            _SCHEMAS[cls] = class_schema(cls, base_schema=_EventSchema)()
        return _SCHEMAS[cls]


_SCHEMAS: dict[type[Event], marshmallow.Schema] = {}
_PLAIN: dict[type[Event], Plain | None] = {}


def _plain(event: type[Event]) -> Plain | None:
    if event not in _PLAIN:
        _PLAIN[event] = Plain.of(event)
    return _PLAIN[event]
