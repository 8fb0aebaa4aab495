"""A directory filled from the registry's events gives the registry's answers, in any order of events (R2, R3)."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.orm import Session

from contracts.registry import FACTS
from directory import Directory, apply_facts
from tests.services.registry.conftest import Registry

DAYS = [date(2026, 11, 1) + timedelta(days=n) for n in range(0, 40, 3)]


@pytest.fixture
def directory(registry: Registry, empty_store: Callable[[str], str]) -> Iterator[Callable[[], Directory]]:
    """Return a function that returns the directory of a service which has received every event, in random order."""
    with create_engine(empty_store("review"), poolclass=NullPool).connect() as connection:
        session = Session(connection)

        def filled() -> Directory:
            events = list(registry.emitted)
            random.Random(1).shuffle(events)
            for event in events:
                if isinstance(event, FACTS) and event.name() != "ResidentErased":
                    apply_facts(session, [event])
            return Directory(session, registry.ids["community"])

        yield filled
        session.close()


def moved(registry: Registry, who: str, on: str, to: dict[str, object], **how: object) -> None:
    registry.by("he", "move_resident", resident_id=registry.ids[who], on=on, to=to, **how)


def test_a_directory_has_the_same_homes_as_the_registry_on_every_day(
    registry: Registry, directory: Callable[[], Directory]
) -> None:
    forty = {"courtyard_id": registry.ids["courtyard 40"]}
    moved(registry, "li", "2026-11-04", forty)
    moved(registry, "sun", "2026-11-10", {"household_id": registry.ids["wang's"]}, whole_household=False)
    moved(registry, "sun", "2026-11-19", {"courtyard_id": registry.ids["courtyard 12"]}, whole_household=False)
    moved(registry, "li", "2026-11-19", {"left_community": True})
    moved(registry, "li", "2026-11-19", forty)
    moved(registry, "li", "2026-11-25", {"left_community": True})
    known = directory()

    with registry.transaction() as tx:
        scope = tx.scope(registry.as_("he"))
        for day in DAYS:
            for who in ("li", "sun", "wang", "zhou"):
                home = scope.people.get(registry.ids[who]).home_on(day)
                assert known.household_of(registry.ids[who], day) == (home and home.household), (who, day)
            for household in ("li's", "wang's"):
                lived = scope.households.get(registry.ids[household]).courtyard_on(day)
                assert known.courtyard_of(registry.ids[household], day) == lived, (household, day)


def test_a_directory_has_the_same_heads_as_the_registry_on_every_day(
    registry: Registry, directory: Callable[[], Directory]
) -> None:
    scope = registry.ids["courtyard 12"]
    [head] = registry.by("he", "list_appointments", role="head")["data"]
    registry.by("he", "end_appointment", appointment_id=head["id"], on="2026-11-25")
    registry.by("he", "appoint", person_id=registry.ids["li"], role="head", scope_id=scope, since="2026-11-28")
    known = directory()

    assert known.heads_on(date(2026, 11, 24)).get(scope) == registry.ids["wang"]
    assert known.heads_on(date(2026, 11, 25)).get(scope) is None
    assert known.heads_on(date(2026, 11, 28)).get(scope) == registry.ids["li"]
