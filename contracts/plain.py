"""Events of plain fields, to JSON and back without a schema, which takes many times as long for the same answer.

Only what is exactly as it should be passes here: a text that is a `str`, a whole number that is an `int`. Everything
else, also what a schema would put right, is left to the schema, which alone says what is wrong.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints


class Odd(Exception):
    """Not exactly as expected: let the schema decide."""


class Plain:
    """The way between an event class and JSON, if all its fields are plain."""

    def __init__(self, event: type, kinds: dict[str, "_Kind"]) -> None:
        self._event = event
        self._written = [(name, kind.held, kind.write) for name, kind in kinds.items()]
        self._read = [(name, kind.told, kind.read) for name, kind in kinds.items()]
        self._optional = {field.name for field in fields(event) if field.default is not MISSING}

    @classmethod
    def of(cls, event: type) -> "Plain | None":
        """None when it has fields that hold more than one value."""
        hints = get_type_hints(event)
        found = {field.name: _kind(hints[field.name]) for field in fields(event)}
        kinds = {name: kind for name, kind in found.items() if kind}
        return cls(event, kinds) if len(kinds) == len(found) else None

    def dump(self, event: Any) -> dict[str, Any]:
        """What the schema dumps. Raises `Odd`."""
        dumped: dict[str, Any] = {}
        for name, held, write in self._written:
            value = getattr(event, name)
            if type(value) not in held:
                raise Odd
            dumped[name] = write(value) if write and value is not None else value
        return dumped

    def load(self, data: dict[str, Any]) -> Any:
        """What the schema loads. Raises `Odd`."""
        if type(data) is not dict:
            raise Odd
        values: dict[str, Any] = {}
        for name, told, read in self._read:
            if name not in data:
                if name not in self._optional:
                    raise Odd
                continue
            value = data[name]
            if type(value) not in told:
                raise Odd
            values[name] = read(value) if read and value is not None else value
        return self._event(**values)


class _Kind(NamedTuple):
    """One kind of field: the types it holds and those that tell of it in JSON, and what leads from one to the other."""

    held: Collection[type]
    told: Collection[type]
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise Odd
    return value


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Odd from error
    if day.isoformat() != text:
        raise Odd
    return day


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Odd from error
    if at.isoformat() != text:
        raise Odd
    return at


def _one_of(words: frozenset[str]) -> Callable[[str], str]:
    def chosen(word: str) -> str:
        if word not in words:
            raise Odd
        return word

    return chosen


_KINDS: dict[Any, _Kind] = {
    str: _Kind({str}, {str}),
    int: _Kind({int}, {int}),
    bool: _Kind({bool}, {bool}),
    float: _Kind({float}, {float}, _finite, _finite),
    date: _Kind({date}, {str}, date.isoformat, _day),
    datetime: _Kind({datetime}, {str}, datetime.isoformat, _instant),
}


def _kind(hint: Any) -> _Kind | None:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal and all(type(word) is str for word in arguments):
        return _Kind({str}, {str}, None, _one_of(frozenset(arguments)))
    if origin in (Union, UnionType) and len(arguments) == 2 and arguments[1] is NoneType:
        kind = _kind(arguments[0])
        return kind and kind._replace(held={*kind.held, NoneType}, told={*kind.told, NoneType})
    return _KINDS.get(hint)
