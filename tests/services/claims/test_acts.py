"""Taking part and learning earn by the platform's own record, within the caps and without a first review (R11)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contracts.claims import ClaimSubmitted
from contracts.errors import NotEligible, RoleMissing, TooLate, UnknownItem
from tests.services.claims.conftest import ITEMS, Counter, actor, on

TRAINING = {
    "code": "training",
    "category": "public_order",
    "title": "参加消防培训",
    "score": 2,
    "system": True,
    "caps": [{"times": 1, "per": "month", "of": "household"}],
}


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.adopted([*ITEMS, TRAINING])
    return counter


def record(counter: Counter, *people: str, by: str = "chen", **chosen: Any) -> list[dict[str, Any]]:
    deed = {"item": "training", "happened_at": on(20), "place": "活动室", "cause": "消防培训签到名单"}
    persons = [f"per_{name}" for name in people]
    return counter.call("record_acts", actor=actor(by), person_ids=persons, **(deed | chosen))["data"]


def test_everybody_on_the_list_gets_a_claim_that_goes_straight_to_the_working_group(counter: Counter) -> None:
    answers = record(counter, "li", "wang", "zhao")
    assert [answer["code"] for answer in answers] == [None, None, None]
    said = [event for event in counter.emitted if isinstance(event, ClaimSubmitted)]
    assert [(event.claim, event.system_made, event.book) for event in said] == [
        (answers[0]["claim_id"], True, "household"),
        (answers[1]["claim_id"], True, "head"),
        (answers[2]["claim_id"], True, "household"),
    ]
    assert counter.look(answers[0]["claim_id"])["status"] == "endorsed"


def test_what_a_cap_refuses_is_kept_as_not_counted_with_the_reason(counter: Counter) -> None:
    first, second = record(counter, "li", "sun")
    assert (first["code"], second["code"]) == (None, "cap_reached")
    kept = counter.call("list_acts", actor=actor("lin"))["data"]
    assert [(act["person_id"], act["claim_id"] is None, act["code"]) for act in kept] == [
        ("per_sun", True, "cap_reached"),
        ("per_li", False, None),
    ]
    assert kept[0]["detail"]


def test_one_who_cannot_be_counted_holds_up_no_other(counter: Counter) -> None:
    codes = [answer["code"] for answer in record(counter, "nobody", "tao", "zhao", happened_at=on(10))]
    assert codes == ["not_found", "not_eligible", None]


def test_a_list_handed_in_twice_counts_once(counter: Counter) -> None:
    record(counter, "zhao", "zhao", "wu")
    assert [answer["code"] for answer in record(counter, "wu", "zhao")] == ["already_exists", "already_exists"]
    assert len(counter.call("list_acts", actor=actor("chen"))["data"]) == 2


def test_lists_handed_in_at_once_count_everybody_once_and_pass_no_cap(counter: Counter) -> None:
    with ThreadPoolExecutor(8) as hands:
        answers = hands.map(lambda turn: record(counter, *("li", "sun", "zhao")[:: 1 if turn % 2 else -1]), range(8))
    claims = [answer["claim_id"] for each in answers for answer in each if answer["claim_id"]]
    assert len(claims) == 2  # one of Li's household, one of Zhao's


@pytest.mark.parametrize("by", ["li", "wang", "zhou", "he"])
def test_only_working_group_and_committee_record(counter: Counter, by: str) -> None:
    with pytest.raises(RoleMissing):
        record(counter, "li", by=by)
    with pytest.raises(RoleMissing):
        counter.call("list_acts", actor=actor(by))


@pytest.mark.parametrize(
    ("chosen", "refusal"),
    [
        ({"item": "council"}, NotEligible),
        ({"item": "unheard_of"}, UnknownItem),
        ({"happened_at": on(1, month=10)}, TooLate),
    ],
)
def test_what_is_wrong_for_all_refuses_the_list(
    counter: Counter, chosen: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        record(counter, "li", **chosen)


def test_what_people_declare_themselves_is_not_recorded_so(counter: Counter) -> None:
    with pytest.raises(NotEligible):
        counter.declare(item="training")
