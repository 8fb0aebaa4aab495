"""Passbooks, boards and ledgers: names beside ids, masked in public, and months as Excel files."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from contracts.errors import NotFound, Unavailable

NAMES = {"per_li": "李芳", "per_wang": "=1+1"}


@pytest.fixture(autouse=True)
def names_and_titles(services):
    services.answer("claims", "current_rulebook", {"items": [{"code": "visit", "title": "照看孤寡老人"}]})
    services.answer(
        "registry", "names", lambda ids, masked: {id: NAMES[id][0] + "*" if masked else NAMES[id] for id in ids}
    )


BOARD = {
    "period": "2026-11",
    "category": None,
    "day": "2026-11-30",
    "view": {"place": "row", "deed": "item", "min_residents": 5, "masked": True},
}


def labels(subjects, **_):
    return [{"name": "李*", "place": "row", "row": 3, "courtyard_id": None, "courtyard_number": None} for _ in subjects]


def record(number: int, **other: Any) -> dict[str, Any]:
    return {
        "id": f"tra_{number}",
        "account_id": "hou_li",
        "kind": "credit",
        "points": 5,
        "period": "2026-11",
        "day": "2026-11-03",
        "category": "charity",
        "item": "visit",
        "person_id": "per_li",
        "household_id": "hou_li",
        "courtyard_id": "cty_12",
        "merchant_id": None,
        "origin": "claim",
        "origin_id": f"clm_{number}",
        "source_id": f"ent_{number}",
        "reverses_id": None,
        "posted_at": "2026-11-20T01:00:00Z",
    } | other


def ledger(limit: int = 20, cursor: str | None = None, **_: Any) -> dict[str, Any]:
    """A month of 150 records, as the service pages it."""
    start = int(cursor or 0)
    records = [record(number, person_id="per_wang" if number == 149 else "per_li") for number in range(150)]
    return {
        "period": "2026-11",
        "courtyard_id": "cty_12",
        "number": 12,
        "head_id": "per_wang",
        "households": 5,
        "entries": 150,
        "points": 750,
        "average": 150.0,
        "head_points": 0,
        "pending": 0,
        "days": [{"day": "2026-11-03", "entries": 150, "points": 750}],
        "data": records[start : start + limit],
        "next_cursor": str(start + limit) if start + limit < len(records) else None,
    }


def test_a_passbook_names_its_owners(client, services, sign_in):
    figures = dict.fromkeys(("posted", "held", "available", "pending", "cumulative", "arrears"), 0)
    services.answer(
        "aggregation",
        "get_passbook",
        {"account_id": "hou_li", "kind": "household", "as_of": "2026-11-20", "owner_ids": ["per_li"], **figures},
    )

    answer = client.get("/v1/passbooks/hou_li?as_of=2026-11-20", headers=sign_in())

    assert answer.status_code == 200
    assert answer.json["owners"] == [{"person_id": "per_li", "person_name": "李芳"}]
    assert services.calls[0].kwargs["as_of"] == "2026-11-20"


def test_a_passbook_that_the_caller_may_not_read_is_not_found(client, services, sign_in):
    services.answer("aggregation", "get_passbook", NotFound())

    assert client.get("/v1/passbooks/hou_li", headers=sign_in()).status_code == 404
    assert client.get("/v1/passbooks/hou_li").status_code == 401
    assert client.get("/v1/passbooks/hou_li?as_of=2026-02-30", headers=sign_in()).status_code == 422


def test_every_entry_names_its_person(client, services, sign_in):
    lines = {"data": [record(1, posted=5)], "next_cursor": "tra_1"}
    services.answer("aggregation", "list_passbook_entries", lines)

    answer = client.get("/v1/passbooks/hou_li/entries?limit=1", headers=sign_in())

    shown = {"person_name": "李芳", "merchant_name": None, "item_title": "照看孤寡老人"}
    assert answer.json["data"] == [record(1, posted=5, **shown)]
    assert answer.json["has_more"] is True


def test_lines_name_their_merchants_asked_once(client, services, sign_in):
    lines = [record(number, posted=-5, kind="capture", merchant_id="mer_1") for number in (1, 2)]
    services.answer("aggregation", "list_passbook_entries", {"data": lines, "next_cursor": None})
    services.answer("exchange", "merchant_names", {"mer_1": "善治超市"})

    answers = [client.get("/v1/passbooks/hou_li/entries", headers=sign_in()).json["data"] for _ in range(2)]

    assert [line["merchant_name"] for line in answers[0] + answers[1]] == ["善治超市"] * 4
    assert [call.kwargs["ids"] for call in services.calls if call.method == "merchant_names"] == [["mer_1"]]


def test_lines_are_shown_without_names_of_merchants_while_the_exchange_is_unavailable(client, services, sign_in):
    lines = {"data": [record(1, posted=-5, kind="capture", merchant_id="mer_2")], "next_cursor": None}
    services.answer("aggregation", "list_passbook_entries", lines)
    services.answer("exchange", "merchant_names", Unavailable())

    [line] = client.get("/v1/passbooks/hou_li/entries", headers=sign_in()).json["data"]

    assert (line["merchant_id"], line["merchant_name"]) == ("mer_2", None)


def test_a_board_is_public_masked_and_cached(client, services):
    place = {"rank": 1, "points": 9, "household_id": "hou_li", "person_id": "per_li", "courtyard_id": None}
    services.answer(
        "aggregation",
        "get_board",
        BOARD | {"data": [place | {"number": 12}], "next_cursor": None},
    )
    services.answer("registry", "public_labels", labels)
    address = "/v1/boards/residents?community_id=com_changning"

    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.json["data"] == [
        {"rank": 1, "points": 9, "person_name": "李*", "row": 3, "courtyard_id": None, "number": None}
    ]
    assert again.status_code == 304
    assert [call.method for call in services.calls] == ["get_board", "public_labels"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/boards/residents", 422),
        ("/v1/boards/residents?community_id=com_1&category=gossip", 422),
        ("/v1/boards/residents?community_id=com_1&limit=101", 422),
        ("/v1/boards/residents?community_id=com_1&sort=points", 422),
        ("/v1/boards/dogs?community_id=com_1", 404),
    ],
)
def test_a_board_of_an_invalid_period_or_kind_is_refused(client, address, status):
    assert client.get(address).status_code == status


def test_a_ledger_is_paged_as_json(client, services, sign_in):
    services.answer("aggregation", "get_courtyard_ledger", ledger)

    answer = client.get("/v1/ledgers/courtyards/cty_12?period=2026-11&limit=100", headers=sign_in())

    assert (answer.json["head_name"], len(answer.json["data"]), answer.json["has_more"]) == ("=1+1", 100, True)


def test_a_ledger_as_excel_has_the_whole_month_and_no_formula(client, services, sign_in):
    services.answer("aggregation", "get_courtyard_ledger", ledger)

    answer = client.get("/v1/ledgers/courtyards/cty_12?period=2026-11&format=xlsx", headers=sign_in())

    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(load_workbook(BytesIO(answer.data)).active.rows)
    assert len(rows) == 151
    assert [cell.value for cell in rows[1]][:7] == [
        datetime(2026, 11, 3),
        12,
        "李芳",
        "爱心公益",
        "照看孤寡老人",
        5,
        "计入",
    ]
    assert (rows[-1][2].value, rows[-1][2].data_type) == ("=1+1", "s")


def test_a_rebuild_returns_its_result(client, services, sign_in):
    requested = {
        "id": "rbd_1",
        "state": "requested",
        "requested_by_id": "per_li",
        "requested_at": "2026-11-20T01:00:00Z",
        "ended_at": None,
    }
    done = requested | {"state": "done", "accounts": 3, "differences": 0}
    services.perform("aggregation", "request_rebuild", requested)
    services.answer("aggregation", "get_rebuild", done)
    services.answer("aggregation", "list_rebuilds", {"data": [done], "next_cursor": None})

    answer = client.post("/v1/ledgers/rebuilds", headers=sign_in())

    assert (answer.status_code, answer.json["state"], answer.json["differences"]) == (200, "done", 0)
    assert client.get("/v1/ledgers/rebuilds/rbd_1", headers=sign_in()).json["accounts"] == 3
    [listed] = client.get("/v1/ledgers/rebuilds", headers=sign_in()).json["data"]
    assert listed["requested_by_name"] == "李芳"


def test_a_signed_in_caller_gets_their_own_place_as_well(client, services, sign_in):
    place = {"rank": 1, "points": 9, "household_id": "hou_li", "person_id": "per_li", "courtyard_id": None, "number": 1}
    services.answer("aggregation", "get_board", BOARD | {"data": [place], "next_cursor": None})
    services.answer("registry", "public_labels", labels)
    services.answer("aggregation", "get_own_place", place | {"rank": 7})
    url = "/v1/boards/residents?community_id=com_changning"

    everybody = client.get(url)
    own = client.get(url, headers=sign_in())

    assert "own" not in everybody.json
    assert (own.json["own"]["rank"], own.json["own"]["person_name"]) == (7, "李芳")
    assert own.json["data"] == everybody.json["data"]
    assert own.headers["Cache-Control"] == "private, no-store"
    assert [call.method for call in services.calls].count("get_board") == 1
    assert client.get(url, headers={"Authorization": "Bearer of.the.past"}).json == everybody.json
    assert client.get(url.replace("changning", "other"), headers=sign_in()).json["own"] is None
