"""Caps per day, week, month and year, of a person or a household; concurrent claims do not exceed them (R7)."""

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
from tests.services.claims.conftest import ClaimsHarness, actor, on


@pytest.mark.parametrize(
    ("per", "first", "after"),
    [
        ("day", date(2026, 12, 31), date(2027, 1, 1)),
        ("week", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2026, 12, 1), date(2027, 1, 1)),
        ("year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_the_window_of_a_cap_is_its_first_day_and_the_first_day_after(per: Any, first: date, after: date) -> None:
    assert Cap(counts="times", limit=1, per=per).window(date(2026, 12, 31)) == (first, after)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["day", "week", "month", "year"]))
def test_windows_contain_their_day_and_have_no_gaps(day: date, per: Any) -> None:
    cap = Cap(counts="times", limit=1, per=per)
    first, after = cap.window(day)
    assert first <= day < after
    assert cap.window(after)[0] == after
    assert cap.window(after - timedelta(days=1)) == (first, after)


def test_the_refusal_names_the_cap_its_use_and_when_it_frees(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    service.submit(item="volunteer", quantity=2)
    with pytest.raises(CapReached) as refused:
        service.submit(by="sun", item="volunteer", quantity=2)

    assert refused.value.facts == {
        "cap": {"points": 3, "per": "week", "of": "household"},
        "used": 2,
        "asked": 2,
        "limit": 3,
        "frees_on": "2026-11-30",
    }
    assert service.submit(by="sun", item="volunteer", quantity=1)


def test_a_cap_counts_by_the_day_of_the_act_not_of_the_submission(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    service.submit(item="council", happened_at=on(31, month=10))
    service.submit(item="council", happened_at=on(1))
    with pytest.raises(CapReached):
        service.submit(item="council", happened_at=on(2))


def test_a_cap_per_person_does_not_count_other_members_of_the_household(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    service.submit(by="li", item="council")
    service.submit(by="sun", item="council")
    with pytest.raises(CapReached):
        service.submit(by="li", item="council")


def withdrawn(service: ClaimsHarness, claim: str) -> None:
    service.call("withdraw_claim", actor=actor("li"), claim_id=claim)


def returned(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimReturned, sequence=2, reason="请补充照片")


def refused(service: ClaimsHarness, claim: str) -> None:
    service.review_event(claim, ClaimRefused, sequence=2, reason="不属实")


@pytest.mark.parametrize("undone", [withdrawn, returned, refused])
def test_withdrawn_returned_and_refused_claims_free_the_cap(
    service: ClaimsHarness, undone: Callable[[ClaimsHarness, str], None]
) -> None:
    service.adopt_rulebook()
    undone(service, service.submit(item="council")["id"])
    assert service.submit(item="council")["status"] == "submitted"


def test_a_resubmitted_claim_needs_room_in_the_cap(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    first = service.submit(item="council")["id"]
    returned(service, first)
    service.submit(item="council")
    with pytest.raises(CapReached):
        service.call(
            "resubmit_claim",
            actor=actor("li"),
            claim_id=first,
            item="council",
            happened_at=on(22),
            place="一",
            cause="二",
        )


def test_concurrent_claims_never_exceed_a_cap(service: ClaimsHarness) -> None:
    service.adopt_rulebook()

    def race(by: str) -> bool:
        try:
            service.submit(by=by, item="volunteer")
        except CapReached:
            return False
        return True

    with ThreadPoolExecutor(8) as racers:
        admitted = sum(racers.map(race, ["li", "sun"] * 8))
    assert admitted == 3
