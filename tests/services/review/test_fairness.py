"""How reviews were decided, by courtyard and by reviewer (R41)."""

from typing import Any

import pytest

from contracts.errors import RoleMissing
from tests.services.review.conftest import ReviewHarness, actor


def ask(review: ReviewHarness, by: str = "he") -> dict[str, Any]:
    shown: dict[str, Any] = review.call("get_review_fairness", actor=actor(by), first="2026-11", last="2026-11")
    return shown


def test_r41_outcomes_are_counted_by_courtyard_and_reviewer(review: ReviewHarness) -> None:
    for person in ("li", "sun", "wu"):
        review.approved(person=person)
    for person in ("li", "sun"):
        claim = review.declare(person=person)
        review.later(hours=2)
        review.decide("wang", claim, "refuse", reason="没有参加")

    shown = ask(review)

    assert (shown["approved"], shown["refused"], shown["recused"]) == (3, 2, 0)
    assert shown["by_courtyard"] == [{"courtyard_id": "cty_1", "number": 1, "approved": None, "refused": None}]
    [wang] = shown["by_reviewer"]
    assert wang == {
        "person_id": "per_wang",
        "decided": 5,
        "endorsed": 3,
        "approved": 0,
        "returned": 0,
        "refused": 2,
        "hours": 0.0,
    }
    assert shown["first_hours"] == 0.0


def test_r41_a_review_that_goes_past_the_head_is_a_recusal(review: ReviewHarness) -> None:
    claim = review.declare(person="wife", household="hou_wang")
    review.decide("zhou", claim, "endorse")

    shown = ask(review)

    assert shown["recused"] == 1
    assert shown["by_reviewer"] == [], "nobody decided five cases"
    assert shown["first_hours"] is None


def test_a_resident_does_not_read_how_reviewers_decide(review: ReviewHarness) -> None:
    with pytest.raises(RoleMissing):
        ask(review, by="li")
