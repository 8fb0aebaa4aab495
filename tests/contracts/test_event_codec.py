"""The fast codec gives the same results as the marshmallow schema: for every event, with valid and invalid values."""

import dataclasses
import typing
from datetime import UTC, date, datetime, timedelta, timezone

import marshmallow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.claims import ClaimSubmitted
from contracts.event import Event
from contracts.event_codec import EventCodec, UnexpectedValue
from tests.contracts.test_events import EVENTS, filled

_EACH = pytest.mark.parametrize("event_class", EVENTS, ids=lambda c: f"{c.publisher}.{c.name()}")

_texts = st.text("abc中7T:-. \n", max_size=8)
_days = st.dates()
_zones = st.none() | st.just(UTC) | st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
_instants = st.datetimes(timezones=_zones)
_numbers = st.integers(-(2**40), 2**40)
_json_values = st.one_of(
    st.none(),
    st.booleans(),
    _numbers,
    st.floats(),
    _texts,
    st.sampled_from(["household", "head", "claim", "7", "7.5", "true", "20261103", "2026-W45-2"]),
    st.just("2026-11-03T01:02:03Z"),
    _days.map(date.isoformat),
    _instants.map(datetime.isoformat),
    _instants.map(lambda at: at.isoformat(" ")),
    st.lists(_numbers, max_size=2),
    st.dictionaries(_texts, _numbers, max_size=2),
)
_python_values = st.one_of(st.none(), st.booleans(), _numbers, st.floats(allow_nan=False), _texts, _days, _instants)


def load_by_schema(event_class: type[Event], data: typing.Any) -> typing.Any:
    """Return the event as text (no two NaN are equal), or the validation messages."""
    try:
        return repr(event_class.schema().load(data))
    except marshmallow.ValidationError as error:
        return error.messages_dict


def load_event(event_class: type[Event], data: typing.Any) -> typing.Any:
    try:
        return repr(event_class.load(data))
    except marshmallow.ValidationError as error:
        return error.messages_dict


@_EACH
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_event_loads_and_rejects_the_same_data_as_its_schema(event_class: type[Event], data: st.DataObject) -> None:
    fields = filled(event_class).dump()
    changed = data.draw(st.dictionaries(st.sampled_from([*fields, "added_later"]), _json_values, max_size=3))
    left_out = data.draw(st.sets(st.sampled_from(sorted(fields)), max_size=1))
    fields = {name: value for name, value in (fields | changed).items() if name not in left_out}

    assert load_event(event_class, fields) == load_by_schema(event_class, fields)


@_EACH
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_event_dumps_the_same_data_as_its_schema(event_class: type[Event], data: st.DataObject) -> None:
    event = filled(event_class)
    names = st.sampled_from([field.name for field in dataclasses.fields(event_class)])
    changed = data.draw(st.dictionaries(names, _python_values, max_size=3))
    event = dataclasses.replace(event, **changed)
    try:
        written = event.schema().dump(event)
    except Exception as error:
        with pytest.raises(type(error)):
            event.dump()
    else:
        assert event.dump() == written


def test_inexact_values_are_loaded_by_the_schema() -> None:
    codec, fields = EventCodec.of(ClaimSubmitted), filled(ClaimSubmitted).dump()

    assert codec is not None
    assert codec.load(fields) == filled(ClaimSubmitted)
    with pytest.raises(UnexpectedValue):
        codec.load(fields | {"points": "7"})
    assert ClaimSubmitted.load(fields | {"points": "7"}).points == 7


def test_frequent_events_have_a_codec() -> None:
    names = {event.name() for event in EVENTS if EventCodec.of(event)}

    assert {"ResidentMoved", "ClaimSubmitted", "ClaimEndorsed", "EntryApproved", "EntryFinalized"} <= names
    assert {"PointsCredited", "HoldPlaced", "PaymentCaptured"} <= names
