"""Recorded acts become claims within the caps, without a first review (R11)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contracts.claims import ClaimSubmitted
from contracts.errors import NotEligible, RoleMissing, TooLate, UnknownItem
from tests.services.claims.conftest import ITEMS, ClaimsHarness, actor, on

TRAINING = {
    "code": "training",
    "category": "public_order",
    "title": "参加消防培训",
    "score": 2,
    "system": True,
    "caps": [{"times": 1, "per": "month", "of": "household"}],
}


@pytest.fixture
def service(service: ClaimsHarness) -> ClaimsHarness:
    service.adopt_rulebook([*ITEMS, TRAINING])
    return service


def record(service: ClaimsHarness, *people: str, by: str = "chen", **chosen: Any) -> list[dict[str, Any]]:
    deed = {"item": "training", "happened_at": on(20), "place": "活动室", "cause": "消防培训签到名单"}
    persons = [f"per_{name}" for name in people]
    return service.call("record_acts", actor=actor(by), person_ids=persons, **(deed | chosen))["data"]


def test_each_person_on_the_list_gets_an_endorsed_claim(service: ClaimsHarness) -> None:
    answers = record(service, "li", "wang", "zhao")
    assert [answer["code"] for answer in answers] == [None, None, None]
    said = [event for event in service.emitted if isinstance(event, ClaimSubmitted)]
    assert [(event.claim, event.system_made, event.book) for event in said] == [
        (answers[0]["claim_id"], True, "household"),
        (answers[1]["claim_id"], True, "head"),
        (answers[2]["claim_id"], True, "household"),
    ]
    assert service.get_claim(answers[0]["claim_id"])["status"] == "endorsed"


def test_an_act_over_a_cap_is_stored_as_not_counted_with_the_reason(service: ClaimsHarness) -> None:
    first, second = record(service, "li", "sun")
    assert (first["code"], second["code"]) == (None, "cap_reached")
    kept = service.call("list_acts", actor=actor("lin"))["data"]
    assert [(act["person_id"], act["claim_id"] is None, act["code"]) for act in kept] == [
        ("per_sun", True, "cap_reached"),
        ("per_li", False, None),
    ]
    assert kept[0]["detail"]


def test_a_refused_person_does_not_affect_the_others(service: ClaimsHarness) -> None:
    codes = [answer["code"] for answer in record(service, "nobody", "tao", "zhao", happened_at=on(10))]
    assert codes == ["not_found", "not_eligible", None]


def test_a_list_sent_twice_counts_once(service: ClaimsHarness) -> None:
    record(service, "zhao", "zhao", "wu")
    assert [answer["code"] for answer in record(service, "wu", "zhao")] == ["already_exists", "already_exists"]
    assert len(service.call("list_acts", actor=actor("chen"))["data"]) == 2


def test_concurrent_lists_count_each_person_once_and_exceed_no_cap(service: ClaimsHarness) -> None:
    with ThreadPoolExecutor(8) as hands:
        answers = hands.map(lambda turn: record(service, *("li", "sun", "zhao")[:: 1 if turn % 2 else -1]), range(8))
    claims = [answer["claim_id"] for each in answers for answer in each if answer["claim_id"]]
    assert len(claims) == 2  # one of Li's household, one of Zhao's


@pytest.mark.parametrize("by", ["li", "wang", "zhou", "he"])
def test_only_working_group_and_committee_record_acts(service: ClaimsHarness, by: str) -> None:
    with pytest.raises(RoleMissing):
        record(service, "li", by=by)
    with pytest.raises(RoleMissing):
        service.call("list_acts", actor=actor(by))


@pytest.mark.parametrize(
    ("chosen", "refusal"),
    [
        ({"item": "council"}, NotEligible),
        ({"item": "unheard_of"}, UnknownItem),
        ({"happened_at": on(1, month=10)}, TooLate),
    ],
)
def test_an_act_that_counts_for_nobody_refuses_the_whole_list(
    service: ClaimsHarness, chosen: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(service, "li", **chosen)


def test_a_system_item_cannot_be_declared(service: ClaimsHarness) -> None:
    with pytest.raises(NotEligible):
        service.submit(item="training")
