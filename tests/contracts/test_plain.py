"""Read and written without a schema, an event is what the schema makes of it: for every event, whatever it is told."""

import dataclasses
import typing
from datetime import UTC, date, datetime, timedelta, timezone

import marshmallow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.event import Event
from contracts.plain import Odd, Plain
from tests.contracts.test_events import EVENTS, filled

_EACH = pytest.mark.parametrize("event_class", EVENTS, ids=lambda c: f"{c.publisher}.{c.name()}")

_texts = st.text("abc中7T:-. \n", max_size=8)
_days = st.dates()
_zones = st.none() | st.just(UTC) | st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
_instants = st.datetimes(timezones=_zones)
_numbers = st.integers(-(2**40), 2**40)
_told = st.one_of(
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
_held = st.one_of(st.none(), st.booleans(), _numbers, st.floats(allow_nan=False), _texts, _days, _instants)


def by_schema(event_class: type[Event], data: typing.Any) -> typing.Any:
    """The event as text (no two NaN are equal), or what is wrong with `data`."""
    try:
        return repr(event_class.schema().load(data))
    except marshmallow.ValidationError as error:
        return error.normalized_messages()


def by_itself(event_class: type[Event], data: typing.Any) -> typing.Any:
    try:
        return repr(event_class.load(data))
    except marshmallow.ValidationError as error:
        return error.normalized_messages()


@_EACH
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_event_reads_what_its_schema_reads_and_refuses_what_it_refuses(event_class, data):
    told = filled(event_class).dump()
    changed = data.draw(st.dictionaries(st.sampled_from([*told, "added_later"]), _told, max_size=3))
    left_out = data.draw(st.sets(st.sampled_from(sorted(told)), max_size=1))
    told = {name: value for name, value in (told | changed).items() if name not in left_out}

    assert by_itself(event_class, told) == by_schema(event_class, told)


@_EACH
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_event_writes_what_its_schema_writes(event_class, data):
    event = filled(event_class)
    names = st.sampled_from([field.name for field in dataclasses.fields(event_class)])
    changed = data.draw(st.dictionaries(names, _held, max_size=3))
    event = dataclasses.replace(event, **changed)
    try:
        written = event.schema().dump(event)
    except Exception as error:
        with pytest.raises(type(error)):
            event.dump()
    else:
        assert event.dump() == written


def test_what_is_not_exactly_as_expected_is_left_to_the_schema():
    event = next(event for event in EVENTS if event.name() == "ClaimSubmitted")
    plain, told = Plain.of(event), filled(event).dump()

    assert plain.load(told) == filled(event)
    with pytest.raises(Odd):
        plain.load(told | {"points": "7"})
    assert event.load(told | {"points": "7"}).points == 7


def test_what_is_told_by_the_thousand_needs_no_schema():
    plain = {event.name() for event in EVENTS if Plain.of(event)}

    assert {"ResidentMoved", "ClaimSubmitted", "ClaimEndorsed", "EntryApproved", "EntryFinalized"} <= plain
    assert {"PointsCredited", "HoldPlaced", "PaymentCaptured"} <= plain
