"""What changed in a reviewer's list since they asked last: what joined it and what left it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.review.conftest import ReviewHarness, actor
from tests.services.review.factories import NOW

EARLIER, NOW_ON = (NOW - timedelta(days=1)).isoformat(), NOW.isoformat()


def changes(review: ReviewHarness, by: str, stage: str = "first", since: str = NOW_ON, **more: Any) -> dict[str, bool]:
    """Return the claims of the changed reviews, and whether they are in the list still."""
    rows = review.call("list_reviews", actor=actor(by), stage=stage, changed_since=since, **more)["data"]
    return {row["source_id"]: row["still_listed"] for row in rows}


def age(review: ReviewHarness) -> None:
    """Let all reviews so far have changed yesterday."""
    with review.engine.begin() as connection:
        connection.execute(text("UPDATE reviews SET changed_at = :at"), {"at": NOW - timedelta(hours=20)})


def test_what_joined_and_what_left_the_list_of_first_reviews_is_listed(review: ReviewHarness):
    endorsed, refused, waiting = (review.declare("li") for _ in range(3))
    age(review)
    joined = review.declare("sun")
    review.decide("wang", endorsed, "endorse")
    review.decide("wang", refused, "refuse", reason="没有这件事")

    assert changes(review, "wang") == {endorsed: False, refused: False, joined: True}
    assert changes(review, "wang", since=EARLIER) == {endorsed: False, refused: False, waiting: True, joined: True}


def test_an_approval_takes_a_review_out_of_the_groups_list(review: ReviewHarness):
    claim = review.declare("li")
    review.decide("wang", claim, "endorse")
    age(review)
    assert changes(review, "chen", "final", since=EARLIER) == {claim: True}

    review.decide("chen", claim, "approve")

    assert changes(review, "chen", "final") == {claim: False}


def test_what_was_not_endorsed_yet_is_no_change_of_the_groups_list(review: ReviewHarness):
    review.declare("li")

    assert changes(review, "chen", "final") == {}


@pytest.mark.parametrize("stranger", ["zhou", "li", "wu"])
def test_changes_show_nothing_to_those_whom_the_review_never_waited_for(review: ReviewHarness, stranger: str):
    review.decide("wang", review.declare("li"), "endorse")

    assert changes(review, stranger) == changes(review, stranger, "final") == {}


def test_changes_show_nothing_to_those_with_an_interest(review: ReviewHarness):
    review.decide("wang", review.declare("li"), "endorse")

    assert changes(review, "qian", "final") == {}


def test_changes_are_filtered_as_the_list_is(review: ReviewHarness):
    claim = review.declare("li")
    other = review.declare("li", category="charity")

    assert changes(review, "wang", matching={"category": "charity"}) == {other: True}
    assert changes(review, "wang") == {claim: True, other: True}


def test_the_list_says_on_demand_how_long_it_is(review: ReviewHarness):
    for _ in range(3):
        review.declare("li")

    found = review.call("list_reviews", actor=actor("wang"), limit=1, totals=True)
    overdue = review.call("list_overdue_reviews", actor=actor("wang"), totals=True)

    assert (found["total"], found["total_is_more"], overdue["total"]) == (3, False, 0)


def test_objections_and_corrections_are_counted_on_demand(review: ReviewHarness):
    entry = review.approved()
    review.publish()
    review.object_to(entry)

    def totals(by: str, call: str) -> int:
        return review.call(call, actor=actor(by), totals=True)["total"]

    assert (totals("he", "list_objections"), totals("wu", "list_objections"), totals("li", "list_objections")) == (
        1,
        1,
        0,
    )
    assert totals("he", "list_corrections") == 0
