"""A household that merges into another brings its book; late news finds the new one; nothing is lost (R3)."""

from typing import Any

import pytest

from contracts.aggregation import HoldPlaced, HoldRefused
from contracts.registry import Appointed, AppointmentEnded, HouseholdMoved
from messaging.envelope import Envelope
from messaging.testing import ServiceHarness
from tests.services.aggregation.conftest import SINCE
from tests.services.aggregation.events import (
    AT,
    COMMUNITY,
    COURTYARD,
    HEAD,
    HOUSEHOLD,
    approved,
    authorized,
    cancelled,
    captured,
    corrected,
    finalized,
    merged,
    placed,
    redeemed,
    refunded,
)

OTHER = "hou_zhao"


def passbook(bank: ServiceHarness, account: str, **query: Any) -> dict[str, Any]:
    actor = {"person": "per_member", "community": COMMUNITY, "merchant": None}
    shown: dict[str, Any] = bank.call("get_passbook", actor=actor, account_id=account, **query)
    return shown


def differences(bank: ServiceHarness) -> int:
    actor = {"person": "per_committee", "community": COMMUNITY, "merchant": None}
    asked = bank.call("request_rebuild", actor=actor)
    bank.tick("rebuild")
    return int(bank.call("get_rebuild", actor=actor, rebuild_id=asked["id"])["differences"])


def test_the_balance_moves_and_what_was_earned_stays_where_it_was_earned(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10), finalized("ent_2", 4, household=OTHER, person="per_zhao"))
    bank.handle(merged(HOUSEHOLD, OTHER))

    old, new = passbook(bank, HOUSEHOLD), passbook(bank, OTHER)
    assert (old["available"], old["cumulative"], old["merged_into_id"]) == (0, 10, OTHER)
    assert (new["available"], new["cumulative"], new["merged_into_id"]) == (14, 4, None)
    assert differences(bank) == 0


def test_both_passbooks_explain_the_merge(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(merged(HOUSEHOLD, OTHER))
    actor = {"person": "per_member", "community": COMMUNITY, "merchant": None}

    closing = bank.call("list_passbook_entries", actor=actor, account_id=HOUSEHOLD)["data"][0]
    coming = bank.call("list_passbook_entries", actor=actor, account_id=OTHER)["data"][0]

    assert (closing["kind"], closing["points"], closing["origin"], closing["origin_id"]) == (
        "closing",
        -10,
        "household",
        OTHER,
    )
    assert (coming["kind"], coming["points"], coming["origin_id"]) == ("merge", 10, HOUSEHOLD)


def test_a_repeated_or_different_merge_changes_nothing(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(merged(HOUSEHOLD, OTHER))
    for again in (merged(HOUSEHOLD, OTHER), merged(HOUSEHOLD, "hou_wang"), merged(OTHER, HOUSEHOLD)):
        bank.handle(again)

    assert [passbook(bank, household)["available"] for household in (HOUSEHOLD, OTHER, "hou_wang")] == [0, 10, 0]


def test_points_that_become_final_late_go_to_the_book_that_took_over(bank: ServiceHarness):
    bank.handle(approved("ent_1", 10))
    bank.handle(merged(HOUSEHOLD, OTHER))
    assert passbook(bank, OTHER)["pending"] == 10
    bank.handle(approved("ent_2", 3))

    bank.handle(finalized("ent_1", 10), finalized("ent_2", 3), corrected("ent_3", "ent_1", -4))

    new = passbook(bank, OTHER)
    assert (new["available"], new["cumulative"], new["pending"]) == (9, 9, 0)
    assert differences(bank) == 0


def test_purchases_on_their_way_end_on_the_book_that_took_over(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50))
    bank.handle(placed("hld_1", 20), authorized("hld_2", 10), authorized("hld_3", 5))
    bank.handle(captured("hld_2", 10))
    bank.handle(merged(HOUSEHOLD, OTHER))
    assert (passbook(bank, OTHER)["available"], passbook(bank, OTHER)["held"]) == (15, 25)
    assert differences(bank) == 0

    bank.handle(redeemed("hld_1", 20), refunded("rfd_1", "hld_2", 4))
    bank.handle(captured("hld_3", 5))

    assert (passbook(bank, OTHER)["available"], passbook(bank, OTHER)["held"]) == (19, 0)
    assert passbook(bank, HOUSEHOLD)["available"] == 0
    assert differences(bank) == 0


def test_arrears_move_to_the_other_book(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10), finalized("ent_2", 12, household=OTHER, person="per_zhao"))
    bank.handle(placed("hld_1", 10), redeemed("hld_1", 10))
    bank.handle(corrected("ent_3", "ent_1", -10))
    bank.handle(merged(HOUSEHOLD, OTHER))

    assert (passbook(bank, OTHER)["available"], passbook(bank, HOUSEHOLD)["arrears"]) == (2, 0)
    assert differences(bank) == 0


def test_a_household_may_merge_into_one_that_merged(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(merged(OTHER, "hou_wang"))
    bank.handle(merged(HOUSEHOLD, OTHER))
    bank.handle(finalized("ent_2", 5), finalized("ent_3", 1, household=OTHER))

    assert passbook(bank, "hou_wang")["available"] == 16
    assert passbook(bank, HOUSEHOLD)["merged_into_id"] == "hou_wang"


def test_a_household_that_took_over_others_may_merge_itself(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(placed("hld_1", 4))
    bank.handle(merged(HOUSEHOLD, OTHER))
    bank.handle(merged(OTHER, "hou_wang"))
    bank.handle(finalized("ent_2", 5), redeemed("hld_1", 4))

    assert (passbook(bank, "hou_wang")["available"], passbook(bank, "hou_wang")["held"]) == (11, 0)
    assert differences(bank) == 0


def test_past_statements_stay_as_they_were(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(placed("hld_1", 4))
    bank.later(days=1).handle(merged(HOUSEHOLD, OTHER))
    bank.later(days=1)

    def on(day: str, account: str) -> tuple[int, int]:
        shown = passbook(bank, account, as_of=day)
        return shown["posted"], shown["held"]

    assert (on("2026-11-20", HOUSEHOLD), on("2026-11-20", OTHER)) == ((10, 4), (0, 0))
    assert (on("2026-11-21", HOUSEHOLD), on("2026-11-21", OTHER)) == ((0, 0), (10, 4))


# Books that are closed, and books whose owner's role ended


def left(household: str, sequence: int = 2) -> HouseholdMoved:
    return HouseholdMoved(community=COMMUNITY, household=household, courtyard=None, since=AT.date(), sequence=sequence)


def test_nothing_is_held_any_more_for_a_household_that_left_the_community(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50))
    bank.handle(placed("hld_1", 10))
    bank.handle(left(HOUSEHOLD))

    [refusal] = bank.handle(placed("hld_2", 10))
    assert isinstance(refusal, HoldRefused)
    assert (refusal.reason, refusal.available) == ("account_closed", 40)
    bank.handle(cancelled("hld_1", 10), finalized("ent_2", 5))
    assert passbook(bank, HOUSEHOLD)["available"] == 55


def test_a_merged_household_has_left_and_still_buys_from_the_book_that_took_over(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50))
    bank.handle(left(HOUSEHOLD), merged(HOUSEHOLD, OTHER))

    assert [type(event) for event in bank.handle(placed("hld_1", 10))] == [HoldPlaced]
    assert passbook(bank, OTHER)["held"] == 10


def test_a_former_head_keeps_their_book_and_the_new_head_has_their_own(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 8, book="head", person=HEAD, household="hou_wang"))
    ended = {"appointment": f"apt_{HEAD}_head", "person": HEAD, "role": "head", "scope": COURTYARD, "since": SINCE}
    bank.handle(AppointmentEnded(community=COMMUNITY, until=AT.date(), sequence=2, **ended))
    bank.handle(
        Appointed(
            community=COMMUNITY,
            appointment="apt_new",
            person="per_li",
            role="head",
            scope=COURTYARD,
            since=AT.date(),
        )
    )
    bank.handle(finalized("ent_2", 3, book="head", person="per_li", household=HOUSEHOLD))

    assert [passbook(bank, person)["available"] for person in (HEAD, "per_li")] == [8, 3]
    [answer] = bank.handle(placed("hld_1", 8, account=HEAD, person=HEAD))
    assert isinstance(answer, HoldPlaced)


@pytest.mark.parametrize("times", [1, 2])
def test_a_month_closed_twice_is_credited_once(bank: ServiceHarness, times: int):
    month = [finalized(f"ent_{n}", 5) for n in range(10)]
    for _ in range(times):
        bank.deliver(*(Envelope.wrap(event, at=AT) for event in month))

    assert passbook(bank, HOUSEHOLD)["available"] == 50
