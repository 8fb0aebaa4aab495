"""Marshmallow's errors as the platform answers them: `Invalid` with a JSON pointer for each place that is wrong."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

import marshmallow as ma

from contracts.errors import Invalid
from contracts.schema import schema_of

Form = TypeVar("Form", bound=Mapping[str, Any])


def load(form: type[Form], data: Any, *, under: str = "") -> Form:
    """Return `data` checked against a typed dictionary, with its defaults filled in.

    Raises `Invalid` with pointers that begin with `under`.
    """
    return cast(Form, load_with(schema_of(form)(), data, under=under))


def load_with(schema: ma.Schema, data: Any, *, under: str = "") -> Any:
    """Return `data` as `schema` loads it. Raises `Invalid` with pointers that begin with `under`."""
    try:
        return schema.load(data)
    except ma.ValidationError as error:
        raise Invalid(errors=pointers(_messages(error), under)) from error


def _messages(error: ma.ValidationError) -> dict[str, Any]:
    found: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return found


def pointers(messages: Any, under: str = "") -> list[dict[str, str]]:
    """Flatten marshmallow's nested messages into `[{"pointer": "/lines/0/quantity", "detail": "…"}]`."""
    return [{"pointer": pointer, "detail": detail} for pointer, detail in _flat(messages, under)]


def escaped(key: object) -> str:
    """Return `key` as a part of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _flat(messages: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, pointer if key == "_schema" else f"{pointer}/{escaped(key)}")
    else:
        yield from ((pointer, str(text)) for text in (messages if isinstance(messages, list) else [messages]))
