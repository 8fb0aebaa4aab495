"""Statements and the budget view: as rules, and as the bank answers them (R23)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts import errors
from contracts.registry import PolicySet
from messaging.testing import ServiceHarness
from services.aggregation.domain.budget import Earned, Month, drafted, forecast
from services.aggregation.domain.statements import Movements, statement, statements
from tests.services.aggregation.events import (
    COMMUNITY,
    HOUSEHOLD,
    PERSON,
    approved,
    captured,
    corrected,
    finalized,
    placed,
    redeemed,
    refunded,
)
from tests.services.aggregation.events import authorized as paid

OCTOBER = datetime(2026, 10, 10, 1, 0, tzinfo=UTC)


def actor(person: str) -> dict[str, Any]:
    return {"person": person, "community": COMMUNITY, "merchant": None}


def october(bank: ServiceHarness, **more: Any) -> dict[str, Any]:
    shown: dict[str, Any] = bank.call(
        "get_statement", actor=actor(PERSON), account_id=HOUSEHOLD, **{"period": "2026-10"} | more
    )
    return shown


def budget(bank: ServiceHarness, by: str = "per_member", **draft: Any) -> dict[str, Any]:
    shown: dict[str, Any] = bank.call("get_budget", actor=actor(by), **draft)
    return shown


# Rules


def test_a_month_opens_with_what_the_month_before_closed_with_quiet_months_too():
    made = statements([Movements(period="2026-08", posted=7), Movements(period="2026-10", posted=-2)], "2026-11")

    assert [(each.movements.period, each.opening, each.closing, each.ended) for each in made] == [
        ("2026-08", 0, 7, True),
        ("2026-09", 7, 7, True),
        ("2026-10", 7, 5, True),
        ("2026-11", 5, 5, False),
    ]


def test_what_a_correction_could_not_take_is_shown_as_arrears():
    month = Movements(period="2026-11", credited=5, spent=5, reversed=-5, posted=0, lines=3)

    assert month.arrears == 5


def test_a_month_to_come_has_no_statement():
    with pytest.raises(errors.Invalid):
        statement([], "2026-12", "2026-11")


def test_a_forecast_adds_the_mean_of_the_last_three_whole_months():
    months = [
        Month(period="2026-07", issued=1000),
        Month(period="2026-08", issued=10, redeemed=4),
        Month(period="2026-10", issued=7, expired=1),
        Month(period="2026-11", issued=500),
    ]

    seen = forecast(months, outstanding=100, this_month="2026-11")

    assert seen
    assert (seen.basis, seen.net_issue) == (["2026-08", "2026-09", "2026-10"], 4)
    assert seen.outstanding == {"2026-12": 104, "2027-01": 108, "2027-02": 112}


def test_a_forecast_is_never_negative_and_needs_a_whole_month():
    shrinking = forecast([Month(period="2026-10", redeemed=60)], outstanding=100, this_month="2026-11")

    assert shrinking
    assert list(shrinking.outstanding.values()) == [40, 0, 0]
    assert forecast([Month(period="2026-11", issued=5)], outstanding=5, this_month="2026-11") is None


def test_a_draft_costs_what_its_rules_count_and_awards_cost_what_they_did():
    earned = [
        Earned(item="clean_up", origin="claim", entries=2, points=15),
        Earned(item="patrol", origin="claim", entries=1, points=10),
        Earned(item="inspection_rank", origin="award", entries=1, points=10),
    ]

    found = drafted(earned, {"clean_up": 24, "patrol": 0, "learning": 3})

    costs = {each.earned.item: each.points for each in found}
    assert costs == {"clean_up": 24, "patrol": 0, "inspection_rank": 10, "learning": 3}


# As the bank answers


def test_a_statement_lists_what_came_what_went_and_why(bank: ServiceHarness):
    bank.at(datetime(2026, 9, 10, tzinfo=UTC)).handle(finalized("ent_0", 10))
    bank.at(OCTOBER).handle(finalized("ent_1", 30), corrected("cor_1", "ent_1", -5))
    bank.handle(placed("hld_1", 8), redeemed("hld_1", 8))
    bank.handle(paid("hld_2", 4), captured("hld_2", 4), refunded("ref_1", "hld_2", 1))
    bank.at(datetime(2026, 11, 1, tzinfo=UTC)).handle(finalized("ent_2", 100))

    shown = october(bank)

    figures = ("opening", "credited", "reversed", "spent", "refunded", "expired", "arrears", "closing")
    assert [shown[name] for name in figures] == [10, 30, -5, 12, 1, 0, 0, 24]
    assert [line["kind"] for line in shown["data"]] == ["credit", "reversal", "capture", "capture", "refund"]
    assert all(line["origin"] and line["origin_id"] and line["source_id"] for line in shown["data"])
    as_of = bank.call("get_passbook", actor=actor(PERSON), account_id=HOUSEHOLD, as_of="2026-10-31")
    assert shown["closing"] == as_of["posted"]


def test_a_statement_is_read_page_by_page(bank: ServiceHarness):
    bank.at(OCTOBER).handle(*(finalized(f"ent_{turn}", 1) for turn in range(5)))

    first = october(bank, limit=3)
    rest = october(bank, limit=3, cursor=first["next_cursor"])

    assert [line["source_id"] for line in first["data"] + rest["data"]] == [f"ent_{turn}" for turn in range(5)]
    assert rest["next_cursor"] is None


def test_months_are_those_of_the_community_s_clock(bank: ServiceHarness):
    bank.at(datetime(2026, 9, 30, 16, 30, tzinfo=UTC)).handle(finalized("ent_1", 5))

    assert october(bank)["credited"] == 5


def test_a_book_lists_its_months_newest_first(bank: ServiceHarness):
    bank.at(OCTOBER).handle(finalized("ent_1", 5))
    bank.at(datetime(2026, 11, 20, tzinfo=UTC))
    months = {"actor": actor(PERSON), "account_id": HOUSEHOLD}

    listed = bank.call("list_statements", **months, limit=1)
    rest = bank.call("list_statements", **months, limit=1, cursor=listed["next_cursor"])

    assert [row["period"] for row in listed["data"] + rest["data"]] == ["2026-11", "2026-10"]
    assert (listed["data"][0]["ended"], rest["data"][0]["ended"]) == (False, True)


@pytest.mark.parametrize("call", ["list_statements", "get_statement"])
def test_a_neighbour_s_statements_do_not_exist(bank: ServiceHarness, call: str):
    month = {"period": "2026-10"} if call == "get_statement" else {}

    with pytest.raises(errors.NotFound):
        bank.call(call, actor=actor("per_zhao"), account_id=HOUSEHOLD, **month)


@pytest.mark.parametrize("written", ["2026-13", "oct", "2026-1", "１２３４-10"])
def test_an_invalid_month_is_not_found(bank: ServiceHarness, written: str):
    with pytest.raises(errors.NotFound):
        october(bank, period=written)


def test_the_budget_shows_what_is_outstanding_and_what_it_costs(bank: ServiceHarness):
    bank.handle(PolicySet(community=COMMUNITY, sequence=2, settings={"point_value_fen": 50}))
    bank.at(OCTOBER).handle(finalized("ent_1", 30), approved("ent_2", 9))
    bank.handle(placed("hld_1", 10), redeemed("hld_1", 10))
    bank.handle(placed("hld_2", 5))
    bank.at(datetime(2026, 11, 20, tzinfo=UTC))

    shown = budget(bank)

    assert (shown["outstanding"], shown["outstanding_fen"], shown["held"], shown["pending"]) == (20, 1000, 5, 9)
    assert shown["months"] == [{"period": "2026-10", "issued": 30, "redeemed": 10, "expired": 0, "net": 20}]
    assert shown["forecast"]["months"][0] == {"period": "2026-12", "outstanding": 40, "outstanding_fen": 2000}
    assert shown["draft"] is None


def test_the_budget_shows_what_a_draft_would_have_cost(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 10), finalized("ent_2", 5), finalized("ent_3", 9, day=date(2026, 10, 3)))
    bank.handle(finalized("ent_4", 7, origin="award", item="inspection_rank", book="head"))
    counted = {"item": "clean_up", "title": "打扫", "in_force": 5, "drafted": 3, "quantity": 3}
    counted |= {"drafted_entries": 2, "drafted_quantity": 3, "drafted_points": 9, "newly_counted": 0}
    waiting = {"entries": 1, "points": 5, "drafted_points": 3}
    asked = {"rulebook_id": "rbk_1", "period": "2026-11", "items": [counted], "waiting": waiting, "unseen": []}

    draft = budget(bank, draft=asked)["draft"]

    assert (draft["points"], draft["drafted_points"], draft["difference_fen"]) == (22, 16, -600)
    clean_up, award = draft["items"]
    assert clean_up == counted | {"entries": 2, "points": 15}
    assert (award["points"], award["drafted_points"], award["drafted"]) == (7, 7, None)
    assert (draft["waiting"], draft["rulebook_id"]) == (waiting, "rbk_1")


@pytest.mark.parametrize("person", [PERSON, "per_wang", "per_officer_1"])
def test_the_budget_is_readable_by_the_communitys_staff_only(bank: ServiceHarness, person: str):
    with pytest.raises(errors.RoleMissing):
        budget(bank, by=person)
