"""The bank as a service, on a real PostgreSQL: what it posts, holds, shows, and to whom."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from contracts import errors
from contracts.aggregation import HoldPlaced, HoldRefused, PointsCredited
from contracts.event import Event
from contracts.registry import CourtyardDissolved, HouseholdMoved
from messaging.envelope import Envelope
from messaging.testing import ServiceHarness
from tests.services.aggregation.events import (
    AT,
    COMMUNITY,
    COURTYARD,
    HEAD,
    HOUSEHOLD,
    PERSON,
    approved,
    authorized,
    cancelled,
    captured,
    corrected,
    finalized,
    placed,
    redeemed,
    refunded,
)


def actor(person: str, community: str = COMMUNITY) -> dict[str, Any]:
    return {"person": person, "community": community, "merchant": None}


def passbook(bank: ServiceHarness, account: str = HOUSEHOLD, by: str = "per_member", **query: Any) -> dict[str, Any]:
    shown: dict[str, Any] = bank.call("get_passbook", actor=actor(by), account_id=account, **query)
    return shown


def board(bank: ServiceHarness, kind: str, period: str = "2026-11", **query: Any) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = bank.call("get_board", kind=kind, community_id=COMMUNITY, period=period, **query)[
        "data"
    ]
    return shown


def rebuilt(bank: ServiceHarness) -> dict[str, Any]:
    asked = bank.call("request_rebuild", actor=actor("per_committee"))
    bank.tick("rebuild")
    found: dict[str, Any] = bank.call("get_rebuild", actor=actor("per_committee"), rebuild_id=asked["id"])
    assert found["state"] == "done"
    return found


# Posting


def test_a_batch_is_posted_counted_and_published(bank: ServiceHarness):
    told = bank.handle(
        approved("ent_1", 5), approved("ent_2", 3), finalized("ent_1", 5), corrected("ent_3", "ent_1", -2)
    )

    assert [type(event).__name__ for event in told] == ["PointsCredited", "PointsReversed"]
    shown = passbook(bank)
    assert (shown["posted"], shown["available"], shown["cumulative"], shown["pending"]) == (3, 3, 3, 3)
    assert rebuilt(bank)["differences"] == 0


def test_repeated_reordered_or_late_events_change_nothing(bank: ServiceHarness):
    story: list[Event] = [
        approved("ent_1", 50),
        finalized("ent_1", 50),
        placed("hld_1", 20),
        redeemed("hld_1", 20),
        corrected("ent_2", "ent_1", -40),
    ]
    for event in story:
        bank.handle(event)
    before = passbook(bank)
    assert (before["available"], before["arrears"], before["pending"]) == (0, 10, 0)

    for event in reversed(story):  # as news of their own, which no inbox has seen
        assert bank.handle(event) == []

    assert passbook(bank) == before
    assert rebuilt(bank)["differences"] == 0


def test_the_same_message_delivered_twice_is_posted_once(bank: ServiceHarness):
    envelope = Envelope.wrap(finalized("ent_1", 5), at=AT)

    bank.deliver(envelope, envelope)
    bank.deliver(envelope)

    assert passbook(bank)["posted"] == 5


def test_one_batch_may_concern_many_books_and_communities(bank: ServiceHarness):
    bank.handle(
        *(finalized(f"ent_{n}", 1, household=f"hou_{n % 7}", person=f"per_{n % 7}") for n in range(70)),
        finalized("ent_elsewhere", 9, community="com_other"),
    )

    assert (rebuilt(bank)["transfers"], rebuilt(bank)["differences"]) == (70, 0)
    assert board(bank, "households")[0]["points"] == 10
    with pytest.raises(errors.NotFound):
        bank.call("get_passbook", actor=actor("per_member", "com_other"), account_id=HOUSEHOLD)


def test_nobody_can_change_or_unbalance_what_was_posted(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 5))

    with pytest.raises(DBAPIError, match="sum to zero"), owner.begin() as connection:
        connection.execute(
            text("INSERT INTO entries VALUES (:community, 'tra_1', 'issued', 1)"), {"community": COMMUNITY}
        )
    with pytest.raises(DBAPIError, match="never_below_nothing"), owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET held = posted + 1 WHERE kind = 'household'"))


def test_two_replicas_posting_to_the_same_books_agree(bank: ServiceHarness, database_uri: str):
    households = [f"hou_{n}" for n in range(20)]
    start = Barrier(4)

    def post(replica: int) -> None:
        order = households[replica * 5 :] + households[: replica * 5]
        start.wait()
        for round_ in range(5):
            bank.handle(*(finalized(f"ent_{replica}_{round_}_{h}", 1, household=h, person=h) for h in order))

    replicas = [Thread(target=post, args=(number,)) for number in range(4)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()

    assert {row["points"] for row in board(bank, "households")} == {20}
    assert rebuilt(bank)["differences"] == 0


# Holds


def test_two_purchases_racing_for_the_same_points_are_not_both_held(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50))
    start = Barrier(6)

    def buy(number: int) -> None:
        start.wait()
        bank.handle(placed(f"hld_{number}", 20))

    buyers = [Thread(target=buy, args=(number,)) for number in range(6)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()

    answers = [type(event) for event in bank.emitted]
    assert (answers.count(HoldPlaced), answers.count(HoldRefused)) == (2, 4)
    assert passbook(bank)["available"] == 10


def test_a_purchase_from_hold_to_refund(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50))
    bank.handle(authorized("hld_1", 30))
    assert passbook(bank)["held"] == 30
    bank.handle(captured("hld_1", 25))
    bank.handle(refunded("rfd_1", "hld_1", 5))

    shown = passbook(bank)
    assert (shown["posted"], shown["held"], shown["available"], shown["cumulative"]) == (30, 0, 30, 50)
    assert rebuilt(bank)["differences"] == 0


def test_a_contradiction_changes_nothing(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50))
    bank.handle(authorized("hld_1", 30), captured("hld_1", 30))
    before = passbook(bank)

    with pytest.raises(errors.HoldAlreadyResolved):
        bank.handle(cancelled("hld_1", 30))
    with pytest.raises(errors.HoldUnknown):
        bank.handle(captured("hld_2", 30))
    with pytest.raises(errors.WrongState):
        bank.handle(finalized("ent_1", 49))
    assert passbook(bank) == before


# Reading


def test_a_passbook_shows_its_balance_on_any_day(bank: ServiceHarness):
    bank.at(datetime(2026, 11, 1, 2, tzinfo=UTC)).handle(finalized("ent_1", 50))
    bank.later(days=1).handle(placed("hld_1", 20))
    bank.later(days=1).handle(redeemed("hld_1", 20))
    bank.later(days=1).handle(corrected("ent_2", "ent_1", -40))
    bank.later(days=1)

    def on(day: str) -> tuple[int, ...]:
        shown = passbook(bank, as_of=day)
        return tuple(shown[name] for name in ("posted", "held", "available", "arrears", "cumulative"))

    assert on("2026-10-31") == (0, 0, 0, 0, 0)
    assert on("2026-11-01") == (50, 0, 50, 0, 50)
    assert on("2026-11-02") == (50, 20, 30, 0, 50)
    assert on("2026-11-03") == (30, 0, 30, 0, 50)
    assert on("2026-11-04") == (0, 0, 0, 10, 10)
    assert on("2026-11-05") == (0, 0, 0, 10, 10)
    with pytest.raises(errors.Invalid):
        on("2026-11-06")


def test_every_line_of_a_passbook_explains_itself_newest_first(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5))
    bank.handle(corrected("ent_2", "ent_1", -7))

    first = bank.call("list_passbook_entries", actor=actor(PERSON), account_id=HOUSEHOLD, limit=1)
    second = bank.call(
        "list_passbook_entries", actor=actor(PERSON), account_id=HOUSEHOLD, limit=1, cursor=first["next_cursor"]
    )

    [reversal], [credit] = first["data"], second["data"]
    assert (reversal["kind"], reversal["points"], reversal["posted"]) == ("reversal", -7, -5)
    assert reversal["reverses_id"] == credit["source_id"] == "ent_1"
    assert (credit["origin_id"], credit["courtyard_id"], credit["day"]) == ("clm_1", COURTYARD, "2026-11-03")
    assert second["next_cursor"] is None


@pytest.mark.parametrize("reader", [PERSON, "per_li_daughter", HEAD, "per_officer_1", "per_member", "per_committee"])
def test_a_household_and_its_staff_see_its_passbook_even_before_it_has_points(bank: ServiceHarness, reader: str):
    assert passbook(bank, by=reader)["available"] == 0


@pytest.mark.parametrize("reader", ["per_zhao", "per_officer_2", "per_nobody"])
def test_to_everybody_else_a_passbook_does_not_exist(bank: ServiceHarness, reader: str):
    with pytest.raises(errors.NotFound):
        passbook(bank, by=reader)


def test_a_heads_own_book_is_for_them_and_their_grid_officer(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5, book="head", person=HEAD, household="hou_wang"))

    assert passbook(bank, HEAD, by=HEAD)["kind"] == "head"
    assert passbook(bank, HEAD, by="per_officer_1")["available"] == 5
    for reader in (PERSON, "per_officer_2"):
        with pytest.raises(errors.NotFound):
            passbook(bank, HEAD, by=reader)


def test_unknown_books_and_the_communitys_own_accounts_are_no_passbooks(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5))
    for account in ("hou_unknown", "per_unknown", "issued"):
        with pytest.raises(errors.NotFound):
            passbook(bank, account)


# Boards


def test_ties_share_a_place(bank: ServiceHarness):
    bank.handle(
        *(
            finalized(f"ent_{n}", points, person=f"per_{n}", household=f"hou_{n}")
            for n, points in enumerate([9, 7, 7, 4])
        )
    )

    assert [(row["rank"], row["points"]) for row in board(bank, "residents")] == [(1, 9), (2, 7), (2, 7), (4, 4)]


def test_a_board_is_paged_without_losing_its_ranks(bank: ServiceHarness):
    bank.handle(*(finalized(f"ent_{n}", n // 2, person=f"per_{n}", household=f"hou_{n}") for n in range(2, 12)))
    whole, pages, cursor = board(bank, "households"), [], None
    while True:
        page = bank.call("get_board", kind="households", community_id=COMMUNITY, period="2026", limit=3, cursor=cursor)
        pages += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert pages == whole
    assert len(whole) == 10


def test_a_board_defaults_to_the_newest_month_that_has_points(bank: ServiceHarness):
    def shown() -> tuple[str, list[int]]:
        asked = bank.call("get_board", kind="households", community_id=COMMUNITY)
        return asked["period"], [row["points"] for row in asked["data"]]

    assert shown() == ("2026-11", [])
    bank.handle(finalized("ent_1", 5, day=date(2026, 9, 3)), finalized("ent_2", 3, day=date(2026, 10, 3)))
    assert shown() == ("2026-10", [3])
    bank.handle(finalized("ent_3", 2))
    assert shown() == ("2026-11", [2])


def test_boards_go_by_period_and_category_and_ignore_spending(bank: ServiceHarness):
    bank.handle(
        finalized("ent_1", 5),
        finalized("ent_2", 3, category="charity"),
        finalized("ent_3", 2, period="2026-10"),
        corrected("ent_4", "ent_1", -1),
    )
    bank.handle(placed("hld_1", 4), redeemed("hld_1", 4))

    def points(period: str, **query: Any) -> list[int]:
        return [row["points"] for row in board(bank, "residents", period, **query)]

    assert points("2026-11") == [7]
    assert points("2026-Q4") == points("2026") == points("all") == [9]
    assert points("2026-11", category="charity") == [3]
    assert points("2025") == []


def test_a_courtyard_has_the_points_earned_while_living_there_and_their_average(bank: ServiceHarness):
    bank.handle(
        finalized("ent_1", 5), finalized("ent_2", 4, person="per_zhao", household="hou_zhao", courtyard="cty_40")
    )
    bank.handle(
        HouseholdMoved(
            community=COMMUNITY, household=HOUSEHOLD, courtyard="cty_40", since=date(2026, 11, 10), sequence=2
        )
    )
    bank.handle(finalized("ent_3", 1, courtyard="cty_40"))

    shown = {row["number"]: row for row in board(bank, "courtyards")}
    assert (shown[12]["points"], shown[12]["households"], shown[12]["average"]) == (5, 1, 5.0)
    assert (shown[40]["points"], shown[40]["households"], shown[40]["average"]) == (5, 2, 2.5)
    assert shown[12]["head_id"] == HEAD
    assert passbook(bank)["available"] == 6


def test_a_heads_own_points_are_not_in_the_courtyards_sum(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5), finalized("ent_2", 8, book="head", person=HEAD, household="hou_wang"))

    assert [row["points"] for row in board(bank, "courtyards")] == [5]
    assert [row["person_id"] for row in board(bank, "residents")] == [PERSON]


def test_a_board_identifies_households_by_courtyard_and_a_member(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5))

    [row] = board(bank, "households")
    assert (row["household_id"], row["person_id"], row["number"]) == (HOUSEHOLD, PERSON, 12)


@pytest.mark.parametrize(("name", "value"), [("period", "2026-99"), ("cursor", "x~y"), ("cursor", "9" * 40)])
def test_a_board_of_an_invalid_period_or_kind_is_refused(bank: ServiceHarness, name: str, value: str):
    with pytest.raises(errors.Invalid):
        bank.call("get_board", **{"kind": "residents", "community_id": COMMUNITY, "period": "all", name: value})


def test_everybody_has_a_place_of_their_own(bank: ServiceHarness):
    bank.handle(
        finalized("ent_1", 5),
        finalized("ent_2", 5, person="per_li_daughter"),
        finalized("ent_3", 9, person="per_zhao", household="hou_zhao", courtyard="cty_40"),
    )

    def own(person: str, kind: str, period: str = "2026-11") -> tuple[Any, ...]:
        place = bank.call("get_own_place", actor=actor(person), kind=kind, period=period)
        return place and (place["rank"], place["points"])

    assert [own(PERSON, kind) for kind in ("residents", "households", "courtyards")] == [(2, 5), (1, 10), (1, 10)]
    assert own("per_zhao", "residents") == (1, 9)
    assert own("per_zhao", "residents", "2025") == (None, 0)
    assert own("per_member", "households") is None


# Ledgers


def test_a_courtyards_ledger_shows_its_month_day_by_day(bank: ServiceHarness):
    bank.handle(
        finalized("ent_1", 5),
        finalized("ent_2", 2, day=date(2026, 11, 9)),
        finalized("ent_3", 8, book="head", person=HEAD, household="hou_wang", day=date(2026, 11, 9)),
        approved("ent_4", 3),
        finalized("ent_5", 4, household="hou_zhao", courtyard="cty_40"),
    )

    shown = bank.call("get_courtyard_ledger", actor=actor(HEAD), courtyard_id=COURTYARD, period="2026-11")

    assert (shown["points"], shown["head_points"], shown["average"], shown["pending"]) == (7, 8, 3.5, 3)
    assert shown["days"] == [
        {"day": "2026-11-03", "entries": 1, "points": 5},
        {"day": "2026-11-09", "entries": 2, "points": 10},
    ]
    assert [row["source_id"] for row in shown["data"]] == ["ent_1", "ent_2", "ent_3"]


def test_the_communitys_ledger_accounts_for_every_point(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 50), finalized("ent_2", 4, household="hou_zhao", courtyard="cty_40"))
    bank.handle(placed("hld_1", 20), redeemed("hld_1", 20), placed("hld_2", 10))
    bank.handle(corrected("ent_3", "ent_1", -45))

    shown = bank.call("get_community_ledger", actor=actor("per_committee"), period="2026-11", limit=2)

    balances = shown["balances"]
    assert balances == {
        "issued": 9,
        "books": 2,
        "outstanding": 14,
        "held": 10,
        "redeemed": 20,
        "expired": 0,
        "arrears": 25,
    }
    assert balances["issued"] == balances["outstanding"] + balances["redeemed"] - balances["arrears"]
    assert [(row["number"], row["points"]) for row in shown["courtyards"]] == [(12, 5), (40, 4)]
    rest = bank.call(
        "get_community_ledger", actor=actor("per_committee"), period="2026-11", limit=2, cursor=shown["next_cursor"]
    )
    assert [row["source_id"] for row in shown["data"] + rest["data"]] == ["ent_1", "ent_3", "ent_2"]


def test_a_dissolved_courtyard_stays_in_its_months_and_on_the_boards(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 4, household="hou_zhao", courtyard="cty_40"))
    place = {"community": COMMUNITY, "courtyard": "cty_40", "grid": "grd_2", "row": 4, "number": 40}
    bank.handle(CourtyardDissolved(**place, sequence=2, dissolved_on=date(2026, 11, 20)))

    def numbers(period: str) -> list[int]:
        shown = bank.call("get_community_ledger", actor=actor("per_committee"), period=period)
        return [row["number"] for row in shown["courtyards"]]

    assert (numbers("2026-11"), numbers("2026-12")) == ([12, 40], [12])
    assert [row["courtyard_id"] for row in board(bank, "courtyards", "all")] == ["cty_40"]


def test_ledgers_are_readable_by_their_staff_only(bank: ServiceHarness):
    for reader in (HEAD, "per_officer_1", "per_member", "per_committee"):
        bank.call("get_courtyard_ledger", actor=actor(reader), courtyard_id=COURTYARD)
    for reader in (PERSON, "per_officer_2"):
        with pytest.raises(errors.RoleMissing):
            bank.call("get_courtyard_ledger", actor=actor(reader), courtyard_id=COURTYARD)
    for reader in (HEAD, "per_officer_1", PERSON):
        with pytest.raises(errors.RoleMissing):
            bank.call("get_community_ledger", actor=actor(reader))
        with pytest.raises(errors.RoleMissing):
            bank.call("request_rebuild", actor=actor(reader))
    with pytest.raises(errors.NotFound):
        bank.call("get_courtyard_ledger", actor=actor("per_member"), courtyard_id="cty_unknown")


# Rebuilding


def test_a_rebuild_finds_and_corrects_changes_made_directly_in_the_store(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 50), approved("ent_2", 5))
    bank.handle(placed("hld_1", 20))
    true = passbook(bank), board(bank, "residents")
    with owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET posted = posted + 1, cumulative = 7 WHERE kind = 'household'"))
        connection.execute(text("UPDATE tallies SET points = points + 1 WHERE subject_kind = 'residents'"))
        connection.execute(text("DELETE FROM tallies WHERE subject_kind = 'courtyards'"))
        connection.execute(text("UPDATE pending SET entry = 'ent_1'"))

    report = rebuilt(bank)

    assert (report["accounts_different"], report["tallies_different"], report["pending_different"]) == (1, 2, 1)
    assert (passbook(bank) | {"pending": 5}, board(bank, "residents")) == true
    assert rebuilt(bank)["differences"] == 0


def test_an_unbalanced_transfer_is_reported(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 50))
    with owner.begin() as connection:
        connection.execute(text("UPDATE entries SET amount = amount + 1 WHERE account = 'issued'"))

    assert rebuilt(bank)["unbalanced"] == 1


def test_a_correction_without_its_original_is_reported(bank: ServiceHarness):
    bank.handle(corrected("cor_1", "ent_1", -5), finalized("ent_2", 5), corrected("cor_2", "ent_2", -5))
    bank.handle(corrected("cor_3", "ent_2", 5, person="per_zhao", household="hou_zhao"))

    assert rebuilt(bank)["corrections_astray"] == 2
    bank.handle(finalized("ent_1", 5))
    assert rebuilt(bank)["corrections_astray"] == 1


def test_credits_are_published_with_their_account(bank: ServiceHarness):
    [told] = bank.handle(finalized("ent_1", 5))

    assert isinstance(told, PointsCredited)
    assert (told.account, told.points, told.entry) == (HOUSEHOLD, 5, "ent_1")
