"""A day, a record 一日一记录: everything that was declared stays in the courtyard's and the community's books (R9)."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors import Invalid, NotFound, RoleMissing
from contracts.review import ClaimRefused
from tests.services.claims.conftest import Counter, actor, on


@pytest.fixture
def declared(counter: Counter) -> dict[str, str]:
    """Two deeds in courtyard 1, on the 3rd and the 2nd; one in courtyard 2, on the 3rd; one in October."""
    counter.adopted()
    return {
        "third": counter.declare(happened_at=on(3))["id"],
        "second": counter.declare(by="sun", happened_at=on(2))["id"],
        "elsewhere": counter.declare(by="wu", happened_at=on(3))["id"],
        "october": counter.declare(happened_at=on(31, month=10))["id"],
    }


def pages(counter: Counter, by: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    cursor = None
    while True:
        page = counter.call("list_records", actor=actor(by), cursor=cursor, **query)
        yield page["data"]
        if (cursor := page["next_cursor"]) is None:
            return


def recorded(counter: Counter, by: str, **query: Any) -> list[str]:
    return [row["id"] for page in pages(counter, by, **query) for row in page]


@pytest.mark.parametrize("by", ["wang", "zhou", "chen", "he", "lin"])
def test_a_courtyards_month_is_read_day_by_day(counter: Counter, declared: dict[str, str], by: str) -> None:
    assert recorded(counter, by, courtyard_id="cty_1") == [declared["second"], declared["third"]]
    assert recorded(counter, by, courtyard_id="cty_1", day="2026-11-03") == [declared["third"]]
    assert recorded(counter, by, courtyard_id="cty_1", period="2026-10") == [declared["october"]]


@pytest.mark.parametrize("by", ["chen", "he", "lin"])
def test_the_offices_read_the_days_of_everybody(counter: Counter, declared: dict[str, str], by: str) -> None:
    whole = [declared["second"], declared["third"], declared["elsewhere"]]
    assert recorded(counter, by) == whole
    assert recorded(counter, by, limit=1) == whole
    assert [len(page) for page in pages(counter, by, limit=2)] == [2, 1]


@pytest.mark.parametrize("by", ["li", "wang", "zhou"])
def test_the_days_of_everybody_are_not_for_everybody(counter: Counter, declared: dict[str, str], by: str) -> None:
    with pytest.raises(RoleMissing):
        recorded(counter, by)


@pytest.mark.parametrize(
    ("by", "courtyard"), [("li", "cty_1"), ("wu", "cty_1"), ("wang", "cty_2"), ("zhou", "cty_2"), ("chen", "cty_9")]
)
def test_a_courtyard_one_does_not_answer_for_is_not_there(counter: Counter, by: str, courtyard: str) -> None:
    with pytest.raises(NotFound):
        recorded(counter, by, courtyard_id=courtyard)


def test_what_was_refused_stays_on_record_with_its_state(counter: Counter, declared: dict[str, str]) -> None:
    counter.told(declared["third"], ClaimRefused, sequence=2, reason="不属实")
    [page] = pages(counter, "wang", courtyard_id="cty_1")
    assert [(row["status"], row["courtyard_number"]) for row in page] == [("submitted", 1), ("refused", 1)]


@pytest.mark.parametrize("cursor", ["", "x", "2026-13-01/clm_1"])
def test_a_cursor_that_is_none_is_refused(counter: Counter, cursor: str) -> None:
    with pytest.raises(Invalid):
        counter.call("list_records", actor=actor("chen"), cursor=cursor)


def test_the_last_day_there_is_has_no_records(counter: Counter) -> None:
    assert recorded(counter, "chen", day="9999-12-31") == []
