"""Reviewers' lists read few rows of large tables, whichever filter is used."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.query_plans import fill, rows_read
from tests.services.review.conftest import ReviewHarness, actor
from tests.services.review.factories import NOW

FEW = 200
SINCE = (NOW - timedelta(hours=1)).isoformat()
_ID = "'{}_' || lpad(n::text, 26, '0')"


LISTS = [
    ("wang", "first", {}),
    ("wang", "first", {"totals": True}),
    ("wang", "first", {"changed_since": SINCE, "totals": True}),
    ("zhou", "first", {"changed_since": SINCE}),
    ("chen", "final", {"totals": True}),
    ("chen", "final", {"changed_since": SINCE}),
    ("chen", "final", {"changed_since": SINCE, "matching": {"waiting_for": "others"}}),
]


@pytest.fixture
def large(review: ReviewHarness) -> ReviewHarness:
    """Tens of thousands of approved reviews, one a minute until now, and a few open ones."""
    review.approved()
    before = f"to_jsonb(timestamptz '{NOW.isoformat()}' - n * interval '1 minute')"
    fill(review.engine, "reviews", id=_ID.format("rev"), source=_ID.format("clm"), changed_at=before)
    review.declare("li")
    review.decide("wang", review.declare("sun"), "endorse")
    return review


def test_a_list_of_reviews_reads_few_rows(large: ReviewHarness) -> None:
    def read(by: str, stage: str, query: dict[str, Any]) -> int:
        def call() -> None:
            large.call("list_reviews", actor=actor(by), stage=stage, **query)

        return rows_read(large.engine, "reviews", call)

    assert [(*asked, rows) for asked in LISTS if (rows := read(*asked)) >= FEW] == []
