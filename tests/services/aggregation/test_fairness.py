"""How points are spread over households, people and courtyards (R41)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import errors
from contracts.registry import HouseholdRegistered, PolicySet
from messaging.testing import ServiceHarness
from services.aggregation.domain.fairness import gini, spread, top_tenth
from tests.services.aggregation.conftest import SINCE, resident
from tests.services.aggregation.events import COMMUNITY, COURTYARD, finalized

MONTHS = {"first": "2026-10", "last": "2026-11"}


def test_equal_points_have_a_gini_of_nothing_and_one_owner_of_all_nearly_one():
    assert gini([4, 4, 4, 4]) == 0
    assert gini([0, 0, 0, 8]) == 0.75
    assert gini([0, 0]) == 0


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_a_gini_is_never_below_nothing_or_one(points):
    assert 0 <= gini(points) < 1


def test_the_top_tenth_is_at_least_one_household():
    assert top_tenth([1, 1, 2]) == 0.5
    assert top_tenth([0]) == 0
    assert top_tenth([10, *[1] * 10]) == 0.55


def test_a_spread_over_fewer_than_five_households_is_not_shown():
    assert spread([5, 0, 1, 2]) == {
        "households": 4,
        "with_points": None,
        "points": None,
        "median": None,
        "gini": None,
        "top_tenth": None,
    }


def test_households_without_points_count():
    shown = spread([10, 0, 0, 0, 0])

    assert (shown["households"], shown["with_points"], shown["median"], shown["top_tenth"]) == (5, 1, 0, 1)


@pytest.fixture
def town(bank: ServiceHarness) -> ServiceHarness:
    """Three more households of two old tenants each, in courtyard 12."""
    households = [f"hou_{n}" for n in (1, 2, 3)]
    bank.handle(
        *(HouseholdRegistered(community=COMMUNITY, household=h, courtyard=COURTYARD, since=SINCE) for h in households),
        *(resident(f"per_{n}{side}", f"hou_{n}") for n in (1, 2, 3) for side in "ab"),
    )
    return bank


def ask(bank: ServiceHarness, by: str = "per_committee", **ages: str) -> dict[str, Any]:
    caller = {"person": by, "community": COMMUNITY, "merchant": None}
    shown: dict[str, Any] = bank.call("get_points_fairness", actor=caller, **MONTHS, ages=ages)
    return shown


def test_r41_points_are_spread_over_ages_tenures_and_courtyards(town):
    town.handle(finalized("ent_1", 10), finalized("ent_2", 20, person="per_1a", household="hou_1"))
    old = {f"per_{n}{side}": "70_over" for n in (1, 2, 3) for side in "ab"}

    shown = ask(town, **old)

    assert shown["spread"] == {
        "households": 6,
        "with_points": 2,
        "points": 30,
        "median": 0,
        "gini": 0.722,
        "top_tenth": 0.667,
    }
    by_age = {each["group"]: each for each in shown["by_age"]}
    assert by_age["under_18"] == {"group": "under_18", "people": 0, "with_points": 0, "points": 0, "average": None}
    assert by_age["unknown"]["people"] is None, "four people"
    assert by_age["70_over"]["people"] is None, "it would give the four away"
    assert [each["people"] for each in shown["by_tenure"]] == [0, 10, 0]
    assert shown["by_tenure"][1]["average"] == 3


def test_r41_a_small_courtyard_is_hidden_with_the_one_that_would_give_it_away(town):
    assert [(each["number"], each["residents"], each["points"]) for each in ask(town)["by_courtyard"]] == [
        (12, None, None),
        (40, None, None),
    ]


def test_a_head_does_not_read_how_points_are_spread(bank):
    with pytest.raises(errors.RoleMissing):
        ask(bank, by="per_wang")


def test_r41_the_public_sees_the_spread_only_where_the_community_has_chosen_it(town):
    town.handle(finalized("ent_1", 10))
    asked = {"community_id": COMMUNITY, **MONTHS}
    with pytest.raises(errors.NotFound):
        town.call("get_public_spread", **asked)
    town.handle(PolicySet(community=COMMUNITY, settings={"public_spread": True}, sequence=5))

    shown = town.call("get_public_spread", **asked)

    assert (shown["households"], shown["with_points"], shown["top_tenth"]) == (6, 1, 1)
    assert shown.keys() == {"households", "with_points", "points", "median", "gini", "top_tenth", "first", "last"}
