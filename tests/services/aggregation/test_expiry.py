"""Points lapse by lot, the earliest first, once, and never what is held; standing stays (R24)."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.aggregation import PointsExpired
from contracts.registry import PolicySet
from messaging.testing import ServiceHarness
from services.aggregation.domain import Expiry, Lot
from tests.services.aggregation.events import (
    COMMUNITY,
    HEAD,
    HOUSEHOLD,
    PERSON,
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

JANUARY = datetime(2026, 1, 15, 1, 0, tzinfo=UTC)


@pytest.fixture
def bank(bank: ServiceHarness) -> ServiceHarness:
    """The same, where points live for three months."""
    bank.handle(PolicySet(community=COMMUNITY, settings={"expiry": "3"}, sequence=2))
    return bank.at(JANUARY)


def on(bank: ServiceHarness, day: date) -> list[Any]:
    """What lapses on that day, the day before having been looked at, too."""
    for each in (day.toordinal() - 1, day.toordinal()):
        bank.at(datetime.combine(date.fromordinal(each), JANUARY.timetz()))
        told = bank.tick("lapse")
    return told


def passbook(bank: ServiceHarness, account: str = HOUSEHOLD) -> dict[str, Any]:
    actor = {"person": "per_member", "community": COMMUNITY, "merchant": None}
    shown: dict[str, Any] = bank.call("get_passbook", actor=actor, account_id=account)
    return shown


# The rule


@pytest.mark.parametrize(
    ("rule", "day", "last"),
    [
        ("12", date(2026, 3, 5), date(2027, 3, 5)),
        ("1", date(2026, 1, 31), date(2026, 2, 28)),
        ("3", date(2025, 11, 30), date(2026, 2, 28)),
        ("year_end", date(2026, 3, 5), date(2026, 12, 31)),
    ],
)
def test_a_lot_can_be_spent_until_a_day(rule: str, day: date, last: date):
    assert Expiry.of(rule).last_day_of(day) == last


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.sampled_from(["1", "2", "12", "year_end"]))
def test_the_earliest_living_day_is_the_first_that_has_not_lapsed(today: date, rule: str):
    expiry = Expiry.of(rule)
    earliest = expiry.earliest_living(today)

    assert expiry.last_day_of(earliest) >= today
    assert expiry.last_day_of(date.fromordinal(earliest.toordinal() - 1)) < today


def test_what_is_left_of_a_book_are_its_newest_points():
    today = date(2026, 3, 1)
    lots = [Lot(date(2026, 2, 10), 5), Lot(date(2026, 1, 10), 5)]

    assert Expiry.of("3").ahead(7, lots, today) == [Lot(date(2026, 4, 10), 2), Lot(date(2026, 5, 10), 5)]
    assert Expiry.of("3").ahead(12, lots, today)[0] == Lot(today, 2)


# The books


def test_points_lapse_after_their_months_and_standing_stays(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.later(days=31).handle(finalized("ent_2", 4))

    assert on(bank, date(2026, 4, 15)) == []
    [told] = on(bank, date(2026, 4, 16))

    assert isinstance(told, PointsExpired)
    assert (told.account, told.points) == (HOUSEHOLD, 10)
    shown = passbook(bank)
    assert (shown["available"], shown["cumulative"]) == (4, 14)
    assert shown["expiring"] == [{"on": "2026-05-15", "points": 4}]


def test_a_day_is_processed_once_however_often_the_timer_fires(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))

    assert len(on(bank, date(2026, 4, 16))) == 1
    assert bank.tick("lapse") == []
    assert on(bank, date(2026, 4, 17)) == []


def test_several_replicas_let_points_lapse_once(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10), finalized("ent_2", 7, household="hou_zhao", person="per_zhao"))
    bank.at(datetime(2026, 4, 16, 1, tzinfo=UTC)).tick("lapse")
    bank.later(days=1)
    start = Barrier(4)

    def tick() -> None:
        start.wait()
        bank.tick("lapse")

    replicas = [Thread(target=tick) for _ in range(4)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()

    told = [event for event in bank.emitted if isinstance(event, PointsExpired)]
    assert sorted(event.points for event in told) == [7, 10]


def test_spending_takes_the_earliest_points_first(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.later(days=31).handle(finalized("ent_2", 4))
    bank.handle(placed("hld_1", 8), redeemed("hld_1", 8))

    assert [event.points for event in on(bank, date(2026, 4, 16))] == [2]


def test_held_points_do_not_lapse_until_they_are_released(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(placed("hld_1", 8))

    assert [event.points for event in on(bank, date(2026, 4, 16))] == [2]
    bank.handle(cancelled("hld_1", 8))
    assert passbook(bank)["available"] == 8
    assert bank.tick("lapse") == []
    assert [event.points for event in on(bank, date(2026, 4, 17))] == [8]


def test_a_correction_takes_from_the_lot_it_corrects(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.later(days=31).handle(finalized("ent_2", 10))
    bank.handle(corrected("ent_3", "ent_2", -6))

    assert passbook(bank)["expiring"] == [{"on": "2026-04-15", "points": 10}, {"on": "2026-05-15", "points": 4}]
    assert [event.points for event in on(bank, date(2026, 4, 16))] == [10]


def test_a_refund_is_a_lot_of_the_day_it_came_back(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.handle(authorized("hld_1", 10), captured("hld_1", 10))
    bank.later(days=60).handle(refunded("rfd_1", "hld_1", 10))

    assert on(bank, date(2026, 4, 16)) == []
    assert passbook(bank)["expiring"] == [{"on": "2026-06-16", "points": 10}]


def test_what_a_merged_household_brought_is_a_lot_of_that_day(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    bank.later(days=60).handle(merged(HOUSEHOLD, "hou_zhao"))

    assert passbook(bank, "hou_zhao")["expiring"] == [{"on": "2026-06-16", "points": 10}]


def test_a_heads_own_points_lapse_too(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10, book="head", person=HEAD, household=None))

    assert [event.account for event in on(bank, date(2026, 4, 16))] == [HEAD]


def test_at_the_end_of_the_year_all_of_the_year_lapses(bank: ServiceHarness):
    bank.handle(PolicySet(community=COMMUNITY, settings={"expiry": "year_end"}, sequence=3))
    bank.handle(finalized("ent_1", 10))
    assert passbook(bank)["expiring"] == [{"on": "2026-12-31", "points": 10}]

    assert on(bank, date(2026, 12, 31)) == []
    assert [event.points for event in on(bank, date(2027, 1, 1))] == [10]


def test_a_new_rule_leaves_a_day_to_spend_what_it_takes(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))

    assert bank.at(datetime(2026, 9, 1, 1, tzinfo=UTC)).tick("lapse") == []
    assert passbook(bank)["expiring"] == [{"on": "2026-09-01", "points": 10}]
    assert len(bank.later(days=1).tick("lapse")) == 1


def test_without_a_rule_nothing_lapses(bank: ServiceHarness):
    bank.handle(PolicySet(community=COMMUNITY, settings={"expiry": "none"}, sequence=3))
    bank.handle(finalized("ent_1", 10))

    assert on(bank, date(2030, 1, 1)) == []
    assert passbook(bank)["expiring"] == []


def test_what_lapsed_is_a_line_of_the_passbook_and_a_side_of_the_ledger(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10))
    on(bank, date(2026, 4, 16))
    actor = {"person": PERSON, "community": COMMUNITY, "merchant": None}

    [line, _] = bank.call("list_passbook_entries", actor=actor, account_id=HOUSEHOLD)["data"]

    assert (line["kind"], line["points"], line["origin"], line["origin_id"]) == ("expiry", -10, "policy", "3")
    assert line["person_id"] is None
    committee = {"person": "per_committee", "community": COMMUNITY, "merchant": None}
    balances = bank.call("get_community_ledger", actor=committee, period="2026-11")["balances"]
    assert (balances["issued"], balances["expired"], balances["outstanding"]) == (10, 10, 0)
    bank.call("request_rebuild", actor=committee)
    bank.tick("rebuild")
    assert bank.call("list_rebuilds", actor=committee)["data"][0]["differences"] == 0
