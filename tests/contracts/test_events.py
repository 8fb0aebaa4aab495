"""Events stay compatible: each event's JSON is compared with a stored golden file."""

import dataclasses
import json
import types
import typing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracts.event import Event
from deploy import SERVICES, asyncapi

GOLDEN = Path(__file__).parent / "golden"
EVENTS = [event for publisher in SERVICES for event in asyncapi.published_events(publisher)]


def example_of(kind: typing.Any, name: str) -> typing.Any:
    """Return a value of the type `kind`, always the same for the same field name."""
    origin = typing.get_origin(kind)
    if origin is typing.Literal:
        return typing.get_args(kind)[0]
    if origin in (typing.Union, types.UnionType):
        return example_of(typing.get_args(kind)[0], name)
    if origin is tuple:
        return (example_of(typing.get_args(kind)[0], name),)
    if origin is dict:
        return {"late_declaration_days": 31}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return filled(kind)
    return {
        str: "2026-11" if name == "period" else f"{name}_1",
        int: 7,
        float: 97.5,
        bool: True,
        date: date(2026, 11, 3),
        datetime: datetime(2026, 11, 3, 1, 2, 3, tzinfo=UTC),
    }[kind]


def fieldnames(kind: type) -> list[str]:
    return [f.name for f in dataclasses.fields(kind)]


def filled(kind: type) -> typing.Any:
    hints = typing.get_type_hints(kind)
    return kind(**{name: example_of(hints[name], name) for name in fieldnames(kind)})


@pytest.mark.parametrize("event_class", EVENTS, ids=lambda c: f"{c.publisher}.{c.name()}")
def test_an_event_dumps_and_loads_its_golden_json(event_class: type[Event]) -> None:
    golden = GOLDEN / event_class.publisher / f"{event_class.name()}.json"
    event = filled(event_class)

    assert json.loads(golden.read_text()) == event.dump()
    assert event_class.load(json.loads(golden.read_text())) == event


@pytest.mark.parametrize("event_class", EVENTS, ids=lambda c: f"{c.publisher}.{c.name()}")
def test_an_event_ignores_unknown_fields(event_class: type[Event]) -> None:
    event = filled(event_class)

    assert event_class.load({**event.dump(), "added_later": {"any": "thing"}}) == event


@pytest.mark.parametrize("event_class", EVENTS, ids=lambda c: f"{c.publisher}.{c.name()}")
def test_an_event_has_a_subject_and_no_personal_data(event_class: type[Event]) -> None:
    assert filled(event_class).subject
    assert not {"name", "phone", "address", "photo"} & set(fieldnames(event_class))


def test_the_asyncapi_document_is_up_to_date() -> None:
    written = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"

    assert written.read_text() == asyncapi.text(), "run `make asyncapi`"
