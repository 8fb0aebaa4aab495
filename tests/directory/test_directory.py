"""A service's copy of the registry's facts: applied in any order, and queried by day (R1–R4)."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from contracts import registry
from directory import PERSON_FACTS_QUERY, Directory, PersonFacts, Roles, apply_facts

COM = {"community": "com_1"}
MARCH, JUNE, SEPTEMBER = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)

REGISTERED = registry.HouseholdRegistered(**COM, sequence=1, household="hou_1", courtyard="cty_12", since=MARCH)
MOVED = registry.HouseholdMoved(**COM, sequence=2, household="hou_1", courtyard="cty_40", since=SEPTEMBER)


@pytest.fixture
def session(empty_store: Callable[[str], str]) -> Iterator[Session]:
    engine = create_engine(empty_store("inspection"))
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def directory(session: Session) -> Directory:
    return Directory(session, "com_1")


def resident(person: str, household: str | None, since: date, sequence: int = 1) -> registry.ResidentMoved:
    return registry.ResidentMoved(
        **COM, sequence=sequence, person=person, household=household, tenure="tenant", since=since
    )


def appointed(person: str, role: registry.Role, scope: str, **dates: date) -> registry.Appointed:
    return registry.Appointed(
        **COM, appointment=f"apt_{person}_{scope}", person=person, role=role, scope=scope, **{"since": MARCH, **dates}
    )


def test_a_households_courtyard_is_the_one_of_the_day(session: Session, directory: Directory) -> None:
    apply_facts(session, [REGISTERED, MOVED])

    assert directory.courtyard_of("hou_1", date(2026, 8, 31)) == "cty_12"
    assert directory.courtyard_of("hou_1", SEPTEMBER) == "cty_40"
    assert directory.courtyard_of("hou_1", date(2026, 2, 28)) is None


@pytest.mark.parametrize("order", list(itertools.permutations([REGISTERED, MOVED])))
def test_facts_may_be_applied_in_any_order(session: Session, directory: Directory, order: tuple) -> None:
    for event in order:
        apply_facts(session, [event])

    assert directory.courtyard_of("hou_1", JUNE) == "cty_12"
    assert directory.courtyard_of("hou_1", SEPTEMBER) == "cty_40"


def test_a_stale_fact_does_not_replace_a_newer_one(session: Session, directory: Directory) -> None:
    wrong, right = resident("per_1", "hou_1", MARCH, 1), resident("per_1", "hou_2", MARCH, 2)

    apply_facts(session, [right, wrong])
    apply_facts(session, [wrong])

    assert directory.household_of("per_1", MARCH) == "hou_2"


def test_members_are_the_people_whose_latest_move_was_into_the_household(
    session: Session, directory: Directory
) -> None:
    apply_facts(session, [resident("per_1", "hou_1", MARCH), resident("per_2", "hou_1", MARCH)])
    apply_facts(session, [resident("per_2", None, JUNE, 2)])

    assert directory.members_of("hou_1", MARCH) == {"per_1", "per_2"}
    assert directory.members_of("hou_1", JUNE) == {"per_1"}


def test_a_term_lasts_from_its_first_day_to_the_day_before_its_end(session: Session, directory: Directory) -> None:
    apply_facts(
        session, [appointed("per_old", "head", "cty_1", until=JUNE), appointed("per_new", "head", "cty_1", since=JUNE)]
    )

    assert directory.heads_on(date(2026, 5, 31)) == {"cty_1": "per_old"}
    assert directory.heads_on(JUNE) == {"cty_1": "per_new"}
    assert directory.roles_of("per_old", MARCH).courtyards == {"cty_1"}
    assert directory.roles_of("per_old", JUNE).courtyards == frozenset()


def test_the_officers_of_a_courtyard_are_those_of_its_grid(session: Session, directory: Directory) -> None:
    apply_facts(
        session,
        [
            registry.CourtyardRegistered(**COM, courtyard="cty_1", grid="grd_1", row=1, number=1),
            appointed("per_officer", "grid_officer", "grd_1"),
            appointed("per_other", "grid_officer", "grd_2"),
        ],
    )

    assert directory.officers_of("cty_1", JUNE) == {"per_officer"}
    assert directory.courtyards_in(["grd_1"]) == {"cty_1"}


def test_a_courtyard_is_dissolved_from_its_day_on_and_keeps_its_number(session: Session, directory: Directory) -> None:
    place = {**COM, "courtyard": "cty_1", "grid": "grd_1", "row": 1, "number": 1}
    apply_facts(session, [registry.CourtyardDissolved(**place, sequence=2, dissolved_on=JUNE)])
    apply_facts(session, [registry.CourtyardRegistered(**place)])

    assert (directory.dissolved(date(2026, 5, 31)), directory.dissolved(JUNE)) == ({}, {"cty_1": JUNE})
    assert directory.all_courtyards() == {"cty_1": 1}


def test_an_erased_person_is_not_known(session: Session, directory: Directory) -> None:
    apply_facts(session, [resident("per_1", "hou_1", MARCH), resident("per_2", "hou_1", MARCH)])
    apply_facts(session, [registry.ResidentErased(**COM, sequence=3, person="per_1")])

    assert (directory.knows("per_1"), directory.knows("per_2")) == (False, True)
    assert directory.erased(["per_1", "per_2"]) == {"per_1"}
    rows = [
        session.execute(PERSON_FACTS_QUERY, COM | {"person": person, "day": JUNE}).one()
        for person in ("per_1", "per_2")
    ]
    assert [PersonFacts.of("com_1", *row).erased for row in rows] == [True, False]


def test_roles_are_those_of_the_appointments_in_force_on_that_day(session: Session, directory: Directory) -> None:
    apply_facts(session, [appointed("per_1", "head", "cty_1"), appointed("per_1", "working_group", "com_1")])

    roles = directory.roles_of("per_1", JUNE)

    assert roles.courtyards == {"cty_1"}
    assert roles.offices == {"working_group"}
    assert directory.roles_of("per_2", JUNE) == Roles()


def test_households_are_counted_where_they_live_on_that_day(session: Session, directory: Directory) -> None:
    other = registry.HouseholdRegistered(**COM, household="hou_2", courtyard="cty_12", since=MARCH)
    apply_facts(session, [REGISTERED, MOVED, other])

    assert directory.household_counts(JUNE) == {"cty_12": 2}
    assert directory.household_counts(SEPTEMBER) == {"cty_12": 1, "cty_40": 1}


def test_the_newest_policy_of_a_community_holds(session: Session, directory: Directory) -> None:
    apply_facts(session, [registry.PolicySet(**COM, sequence=2, settings={"voucher_days": 7})])
    apply_facts(session, [registry.CommunityFounded(**COM, sequence=1)])

    assert directory.policy().voucher_days == 7


def test_facts_of_another_community_are_unknown(session: Session) -> None:
    apply_facts(session, [REGISTERED, resident("per_1", "hou_1", MARCH), appointed("per_1", "head", "cty_1")])
    elsewhere = Directory(session, "com_2")

    assert elsewhere.courtyard_of("hou_1", JUNE) is None
    assert elsewhere.household_of("per_1", JUNE) is None
    assert elsewhere.heads_on(JUNE) == {}
    assert not elsewhere.exists()
