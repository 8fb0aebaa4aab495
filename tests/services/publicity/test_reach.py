"""Reach by proofs on a real store (R36)."""

from typing import Any

import pytest

from contracts import cards, errors
from contracts.registry import CardIssued, CardRevoked
from messaging.testing import ServiceHarness
from services.publicity.domain.reach import Reach
from tests.services.publicity.factories import CHAIR, HEAD, OFFICER, SINCE, actor, draft, inbox, send

CODE = "7K3M-9QRT-XW2E-H5NA-4BCD"
DIGEST = cards.digest(cards.normalize(CODE) or "")


def visit(service: ServiceHarness, announcement: str, by: str = HEAD, **form: Any) -> dict[str, Any]:
    given = {"proof": "told", "household_ids": [], "card_codes": []} | form
    return dict(service.call("record_visits", actor=actor(by), announcement_id=announcement, **given))


def reach(service: ServiceHarness, announcement: str, by: str = CHAIR) -> dict[str, Any]:
    return dict(service.call("get_reach", actor=actor(by), announcement_id=announcement))


def households(service: ServiceHarness, announcement: str, by: str = CHAIR, **query: Any) -> list[str]:
    found = service.call("list_reach", actor=actor(by), announcement_id=announcement, **query)["data"]
    return [each["household_id"] for each in found]


def issue(service: ServiceHarness) -> None:
    service.handle(
        CardIssued(community="com_1", household="hou_2", card_digest=DIGEST, pin_hash="$argon2id$", since=SINCE)
    )


@pytest.mark.parametrize(
    ("households", "reached", "target", "percent", "lacking"),
    [(447, 446, 100, 99, 1), (447, 447, 100, 100, 0), (10, 0, 95, 0, 10), (0, 0, 100, 100, 0), (3, 3, 50, 100, 0)],
)
def test_only_everybody_is_a_hundred_percent(
    households: int, reached: int, target: int, percent: int, lacking: int
) -> None:
    counted = Reach(households, reached, target)
    assert (counted.percent, counted.still_to_reach) == (percent, lacking)


def test_a_household_without_a_proof_is_never_counted() -> None:
    proofs: dict[str, list[str]] = {"hou_1": ["told"], "hou_2": [], "hou_9": ["told"]}
    assert Reach.of(["hou_1", "hou_2", "hou_3"], proofs, 100).reached == 1


def test_nobody_is_reached_by_sending_alone(service: ServiceHarness) -> None:
    made = send(service)
    assert (reach(service, made)["households"], reach(service, made)["reached"]) == (4, 0)
    assert households(service, made, reached=False) == ["hou_1", "hou_2", "hou_3", "hou_4"]


def test_a_household_is_reached_once_by_each_proof(service: ServiceHarness) -> None:
    made = send(service)
    for person in ("per_1a", "per_1b"):
        [item] = inbox(service, person)
        service.call("acknowledge_inbox_item", actor=actor(person), item_id=item["id"])
    visit(service, made, household_ids=["hou_1", "hou_2"])
    visit(service, made, household_ids=["hou_2"])
    report = reach(service, made)
    assert (report["reached"], report["percent"], report["still_to_reach"]) == (2, 50, 2)
    assert {each["proof"]: each["households"] for each in report["proofs"]} == {
        "opened": 1,
        "acknowledged": 1,
        "told": 2,
        "card_scanned": 0,
        "slip_returned": 0,
    }
    assert report["courtyards"] == [
        {"courtyard_id": "cty_1", "courtyard_number": 1, "households": 2, "reached": 2},
        {"courtyard_id": "cty_2", "courtyard_number": 2, "households": 2, "reached": 0},
    ]
    assert households(service, made, reached=False) == ["hou_3", "hou_4"]


def test_listing_an_inbox_without_opening_an_item_proves_nothing(service: ServiceHarness) -> None:
    made = send(service)
    assert inbox(service, "per_1a")
    assert reach(service, made)["reached"] == 0


def test_a_head_sees_and_records_their_own_courtyard_alone(service: ServiceHarness) -> None:
    made = send(service)
    assert reach(service, made, HEAD)["households"] == 2
    assert households(service, made, HEAD) == ["hou_1", "hou_2"]
    assert households(service, made, HEAD, courtyard_id="cty_2") == []
    with pytest.raises(errors.Invalid) as refused:
        visit(service, made, household_ids=["hou_1", "hou_3"])
    assert refused.value.errors[0]["pointer"] == "/household_ids/1"
    assert reach(service, made)["reached"] == 0
    assert visit(service, made, OFFICER, household_ids=["hou_1"])["reached"] == 1
    with pytest.raises(errors.NotFound):
        reach(service, made, "per_1a")
    with pytest.raises(errors.NotFound):
        reach(service, send(service, courtyard_ids=["cty_2"]), HEAD)


def test_a_scanned_card_proves_the_visit_to_its_household(service: ServiceHarness) -> None:
    made = send(service)
    with pytest.raises(errors.Invalid):
        visit(service, made, proof="card_scanned", card_codes=[CODE])
    issue(service)
    assert visit(service, made, proof="card_scanned", card_codes=[CODE.lower()])["reached"] == 1
    assert households(service, made, reached=True) == ["hou_2"]


def test_a_revoked_card_proves_nothing_even_if_its_issue_is_heard_later(service: ServiceHarness) -> None:
    made = send(service)
    service.handle(CardRevoked(community="com_1", household="hou_2", card_digest=DIGEST, sequence=3))
    issue(service)
    with pytest.raises(errors.Invalid) as refused:
        visit(service, made, proof="card_scanned", card_codes=[CODE])
    assert refused.value.errors[0]["pointer"] == "/card_codes/0"


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"proof": "told"}, "/household_ids"),
        ({"proof": "card_scanned"}, "/card_codes"),
        ({"proof": "card_scanned", "household_ids": ["hou_1"]}, "/household_ids"),
        ({"proof": "slip_returned", "household_ids": ["hou_1"], "card_codes": [CODE]}, "/card_codes"),
        ({"proof": "told", "household_ids": ["hou_9"]}, "/household_ids/0"),
    ],
)
def test_a_visit_names_households_as_its_proof_knows_them(
    service: ServiceHarness, form: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(errors.Invalid) as refused:
        visit(service, send(service), **form)
    assert refused.value.errors[0]["pointer"] == pointer


def test_a_withdrawn_announcement_keeps_its_proofs_and_takes_no_more(service: ServiceHarness) -> None:
    made = send(service)
    visit(service, made, household_ids=["hou_1"])
    service.call("withdraw_announcement", actor=actor(CHAIR), announcement_id=made, reason="误发")
    assert reach(service, made)["reached"] == 1
    with pytest.raises(errors.WrongState):
        visit(service, made, household_ids=["hou_2"])
    with pytest.raises(errors.WrongState):
        service.call("require_posting", actor=actor(HEAD), announcement_id=made)


def test_what_is_not_sent_has_no_reach(service: ServiceHarness) -> None:
    with pytest.raises(errors.NotFound):
        reach(service, draft(service))


def test_the_list_of_households_is_paged(service: ServiceHarness) -> None:
    made = send(service)
    page = service.call("list_reach", actor=actor(CHAIR), announcement_id=made, limit=3)
    assert len(page["data"]) == 3
    assert page["data"][0]["person_id"] == "per_1a"
    assert households(service, made, limit=3, cursor=page["next_cursor"]) == ["hou_4"]


def test_a_posting_has_a_photo_and_proves_no_households_reach(service: ServiceHarness) -> None:
    made = send(service)
    posted = {"announcement_id": made, "place": "一号院门口", "channel": "notice_board", "sha256": "ab" * 32}
    posting = service.call("record_posting", actor=actor(HEAD), **posted)
    listed = service.call("list_postings", actor=actor(CHAIR), announcement_id=made)["data"]
    assert listed == [posting]
    assert reach(service, made)["reached"] == 0
    with pytest.raises(errors.NotFound):
        service.call("get_posting", actor=actor(HEAD), announcement_id=send(service), posting_id=posting["id"])
