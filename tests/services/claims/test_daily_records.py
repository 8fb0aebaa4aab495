"""Daily records 一日一记录: all claims of a courtyard or the community by day, in any status (R9)."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors import Invalid, NotFound, RoleMissing
from contracts.review import ClaimRefused
from tests.services.claims.conftest import ClaimsHarness, actor, on


@pytest.fixture
def declared(service: ClaimsHarness) -> dict[str, str]:
    """Two deeds in courtyard 1, on the 3rd and the 2nd; one in courtyard 2, on the 3rd; one in October."""
    service.adopt_rulebook()
    return {
        "third": service.submit(happened_at=on(3))["id"],
        "second": service.submit(by="sun", happened_at=on(2))["id"],
        "elsewhere": service.submit(by="wu", happened_at=on(3))["id"],
        "october": service.submit(happened_at=on(31, month=10))["id"],
    }


def pages(service: ClaimsHarness, by: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    cursor = None
    while True:
        page = service.call("list_records", actor=actor(by), cursor=cursor, **query)
        yield page["data"]
        if (cursor := page["next_cursor"]) is None:
            return


def recorded(service: ClaimsHarness, by: str, **query: Any) -> list[str]:
    return [row["id"] for page in pages(service, by, **query) for row in page]


@pytest.mark.parametrize("by", ["wang", "zhou", "chen", "he", "lin"])
def test_a_courtyards_month_is_listed_by_day(service: ClaimsHarness, declared: dict[str, str], by: str) -> None:
    assert recorded(service, by, courtyard_id="cty_1") == [declared["second"], declared["third"]]
    assert recorded(service, by, courtyard_id="cty_1", day="2026-11-03") == [declared["third"]]
    assert recorded(service, by, courtyard_id="cty_1", period="2026-10") == [declared["october"]]


@pytest.mark.parametrize("by", ["chen", "he", "lin"])
def test_offices_of_the_community_read_the_records_of_all_courtyards(
    service: ClaimsHarness, declared: dict[str, str], by: str
) -> None:
    whole = [declared["second"], declared["third"], declared["elsewhere"]]
    assert recorded(service, by) == whole
    assert recorded(service, by, limit=1) == whole
    assert [len(page) for page in pages(service, by, limit=2)] == [2, 1]


@pytest.mark.parametrize("by", ["li", "wang", "zhou"])
def test_others_may_not_read_the_records_of_all_courtyards(
    service: ClaimsHarness, declared: dict[str, str], by: str
) -> None:
    with pytest.raises(RoleMissing):
        recorded(service, by)


@pytest.mark.parametrize(
    ("by", "courtyard"), [("li", "cty_1"), ("wu", "cty_1"), ("wang", "cty_2"), ("zhou", "cty_2"), ("chen", "cty_9")]
)
def test_records_of_another_courtyard_are_not_found(service: ClaimsHarness, by: str, courtyard: str) -> None:
    with pytest.raises(NotFound):
        recorded(service, by, courtyard_id=courtyard)


def test_refused_claims_stay_in_the_records_with_their_status(service: ClaimsHarness, declared: dict[str, str]) -> None:
    service.review_event(declared["third"], ClaimRefused, sequence=2, reason="不属实")
    [page] = pages(service, "wang", courtyard_id="cty_1")
    assert [(row["status"], row["courtyard_number"]) for row in page] == [("submitted", 1), ("refused", 1)]


@pytest.mark.parametrize("cursor", ["", "x", "2026-13-01/clm_1"])
def test_an_invalid_cursor_is_refused(service: ClaimsHarness, cursor: str) -> None:
    with pytest.raises(Invalid):
        service.call("list_records", actor=actor("chen"), cursor=cursor)


def test_the_last_representable_day_has_no_records(service: ClaimsHarness) -> None:
    assert recorded(service, "chen", day="9999-12-31") == []
