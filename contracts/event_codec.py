"""A fast codec between events and JSON primitives, for events whose fields each hold one plain value, or texts.

It gives the same results as the marshmallow schema of the event in a fraction of the time. It accepts exact values
only: a `str` for a text, an `int` for a whole number. For any other value, including those that a schema would coerce,
it raises `UnexpectedValue`, and the caller uses the schema, which alone decides what is invalid and why.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints


class UnexpectedValue(Exception):
    """A value is not of the exact type or form; use the schema."""


class EventCodec:
    """Dumps and loads events of one class."""

    def __init__(self, event_class: type, types: dict[str, "_FieldType"]) -> None:
        self._event_class = event_class
        self._dump = [(name, field.python_types, field.dump) for name, field in types.items()]
        self._load = [(name, field.json_types, field.load) for name, field in types.items()]
        self._optional = {field.name for field in fields(event_class) if field.default is not MISSING}

    @classmethod
    def of(cls, event_class: type) -> "EventCodec | None":
        """Return the codec of an event class, or None if a field holds anything but one plain value."""
        hints = get_type_hints(event_class)
        found = {field.name: _field_type(hints[field.name]) for field in fields(event_class)}
        types = {name: field for name, field in found.items() if field}
        return cls(event_class, types) if len(types) == len(found) else None

    def dump(self, event: Any) -> dict[str, Any]:
        """Return the event's fields as JSON primitives. Raise UnexpectedValue if the schema must be used."""
        dumped: dict[str, Any] = {}
        for name, python_types, dump in self._dump:
            value = getattr(event, name)
            if type(value) not in python_types:
                raise UnexpectedValue
            dumped[name] = dump(value) if dump and value is not None else value
        return dumped

    def load(self, data: dict[str, Any]) -> Any:
        """Return the event of `data`, ignoring unknown fields. Raise UnexpectedValue if the schema must be used."""
        if type(data) is not dict:
            raise UnexpectedValue
        values: dict[str, Any] = {}
        for name, json_types, load in self._load:
            if name not in data:
                if name not in self._optional:
                    raise UnexpectedValue
                continue
            value = data[name]
            if type(value) not in json_types:
                raise UnexpectedValue
            values[name] = load(value) if load and value is not None else value
        return self._event_class(**values)


class _FieldType(NamedTuple):
    """The types a field has in Python and in JSON, and the conversions between them (None: unchanged)."""

    python_types: Collection[type]
    json_types: Collection[type]
    dump: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise UnexpectedValue
    return value


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UnexpectedValue from error
    if day.isoformat() != text:
        raise UnexpectedValue
    return day


def _datetime(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnexpectedValue from error
    if at.isoformat() != text:
        raise UnexpectedValue
    return at


def _choice(choices: frozenset[str]) -> Callable[[str], str]:
    def load(text: str) -> str:
        if text not in choices:
            raise UnexpectedValue
        return text

    return load


def _strings(values: tuple[str, ...]) -> list[str]:
    if any(type(value) is not str for value in values):
        raise UnexpectedValue
    return list(values)


def _tuple_of_strings(values: list[str]) -> tuple[str, ...]:
    return tuple(_strings(values))  # type: ignore[arg-type]


_FIELD_TYPES: dict[Any, _FieldType] = {
    str: _FieldType({str}, {str}),
    int: _FieldType({int}, {int}),
    bool: _FieldType({bool}, {bool}),
    float: _FieldType({float}, {float}, _finite, _finite),
    date: _FieldType({date}, {str}, date.isoformat, _date),
    datetime: _FieldType({datetime}, {str}, datetime.isoformat, _datetime),
}


def _field_type(hint: Any) -> _FieldType | None:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal and all(type(choice) is str for choice in arguments):
        return _FieldType({str}, {str}, None, _choice(frozenset(arguments)))
    if origin is tuple and arguments == (str, ...):
        return _FieldType({tuple}, {list}, _strings, _tuple_of_strings)
    if origin in (Union, UnionType) and len(arguments) == 2 and arguments[1] is NoneType:
        field = _field_type(arguments[0])
        return field and field._replace(
            python_types={*field.python_types, NoneType}, json_types={*field.json_types, NoneType}
        )
    return _FIELD_TYPES.get(hint)
