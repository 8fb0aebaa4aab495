"""Caps by day, week, month and year, of a person or a household; never passed, not even by two at once (R7)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import CapReached
from contracts.review import ClaimRefused, ClaimReturned
from services.claims.domain.caps import Cap
from tests.services.claims.conftest import Counter, actor, on


@pytest.mark.parametrize(
    ("per", "first", "after"),
    [
        ("day", date(2026, 12, 31), date(2027, 1, 1)),
        ("week", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2026, 12, 1), date(2027, 1, 1)),
        ("year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_span_has_its_first_day_and_the_first_day_after(per: Any, first: date, after: date) -> None:
    assert Cap(counts="times", limit=1, per=per).window(date(2026, 12, 31)) == (first, after)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["day", "week", "month", "year"]))
def test_spans_hold_their_day_and_follow_each_other_without_gap(day: date, per: Any) -> None:
    cap = Cap(counts="times", limit=1, per=per)
    first, after = cap.window(day)
    assert first <= day < after
    assert cap.window(after)[0] == after
    assert cap.window(after - timedelta(days=1)) == (first, after)


def test_the_answer_says_which_cap_what_is_used_and_when_it_frees(counter: Counter) -> None:
    counter.adopted()
    counter.declare(item="volunteer", quantity=2)
    with pytest.raises(CapReached) as refused:
        counter.declare(by="sun", item="volunteer", quantity=2)

    assert refused.value.facts == {
        "cap": {"points": 3, "per": "week", "of": "household"},
        "used": 2,
        "asked": 2,
        "limit": 3,
        "frees_on": "2026-11-30",
    }
    assert counter.declare(by="sun", item="volunteer", quantity=1)


def test_a_cap_counts_the_days_of_the_acts_not_of_their_declaration(counter: Counter) -> None:
    counter.adopted()
    counter.declare(item="council", happened_at=on(31, month=10))
    counter.declare(item="council", happened_at=on(1))
    with pytest.raises(CapReached):
        counter.declare(item="council", happened_at=on(2))


def test_a_cap_of_a_person_leaves_the_household_alone(counter: Counter) -> None:
    counter.adopted()
    counter.declare(by="li", item="council")
    counter.declare(by="sun", item="council")
    with pytest.raises(CapReached):
        counter.declare(by="li", item="council")


def withdrawn(counter: Counter, claim: str) -> None:
    counter.call("withdraw_claim", actor=actor("li"), claim_id=claim)


def returned(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimReturned, sequence=2, reason="请补充照片")


def refused(counter: Counter, claim: str) -> None:
    counter.told(claim, ClaimRefused, sequence=2, reason="不属实")


@pytest.mark.parametrize("undone", [withdrawn, returned, refused])
def test_what_was_withdrawn_returned_or_refused_frees_the_cap(
    counter: Counter, undone: Callable[[Counter, str], None]
) -> None:
    counter.adopted()
    undone(counter, counter.declare(item="council")["id"])
    assert counter.declare(item="council")["status"] == "submitted"


def test_a_returned_claim_must_find_room_again(counter: Counter) -> None:
    counter.adopted()
    first = counter.declare(item="council")["id"]
    returned(counter, first)
    counter.declare(item="council")
    with pytest.raises(CapReached):
        counter.call(
            "resubmit_claim",
            actor=actor("li"),
            claim_id=first,
            item="council",
            happened_at=on(22),
            place="一",
            cause="二",
        )


def test_many_claims_at_once_never_pass_a_cap_together(counter: Counter) -> None:
    counter.adopted()

    def race(by: str) -> bool:
        try:
            counter.declare(by=by, item="volunteer")
        except CapReached:
            return False
        return True

    with ThreadPoolExecutor(8) as racers:
        admitted = sum(racers.map(race, ["li", "sun"] * 8))
    assert admitted == 3
