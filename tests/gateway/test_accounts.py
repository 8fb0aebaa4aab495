"""Blocks, proofs, statements and the budget at the door."""

import io
from typing import Any

import pypdf
import pytest

from contracts.errors import EntryNotSealed, NotFound

BLOCK = {
    "community_id": "com_changning",
    "number": 3,
    "previous_hash": "a" * 64,
    "root": "b" * 64,
    "size": 2,
    "sealed_at": "2026-11-20T01:00:00Z",
    "hash": "c" * 64,
}
FIGURES = ("opening", "credited", "reversed", "spent", "refunded", "expired", "merged", "arrears", "closing", "lines")


def line(number: int) -> dict[str, Any]:
    return {
        "id": f"tra_{number}",
        "account_id": "hou_li",
        "kind": "credit",
        "points": 5,
        "posted": 5,
        "period": "2026-10",
        "day": "2026-10-03",
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
    }


def a_month(limit: int = 20, cursor: str | None = None, **_: Any) -> dict[str, Any]:
    start = int(cursor or 0)
    rows = [line(number) for number in range(70)][start : start + limit]
    more = start + limit if start + limit < 70 else None
    figures = dict.fromkeys(FIGURES, 0) | {"period": "2026-10", "ended": True, "account_id": "hou_li"}
    return figures | {"owner_ids": ["per_li"], "data": rows, "next_cursor": more and str(more)}


@pytest.fixture(autouse=True)
def names_and_titles(services):
    services.answer("claims", "current_rulebook", {"items": [{"code": "visit", "title": "探望老人", "score": 3}]})
    services.answer("registry", "names", {"per_li": "李芳"})


def test_blocks_and_proofs_are_for_everybody(client, services):
    services.answer("aggregation", "list_blocks", {"data": [BLOCK], "next_cursor": None})
    services.answer("aggregation", "get_block", BLOCK)
    proof = {"entry_id": "tra_1", "position": 0, "leaf_hash": "d" * 64, "path": [], "block": BLOCK}
    services.answer("aggregation", "get_proof", proof)

    assert client.get("/v1/ledger/blocks?community_id=com_changning").json["data"] == [BLOCK]
    assert client.get("/v1/ledger/blocks/3?community_id=com_changning").json == BLOCK
    assert client.get("/v1/ledger/entries/tra_1/proof").json == proof


def test_an_entry_that_waits_to_be_sealed_says_so(client, services):
    services.answer("aggregation", "get_proof", EntryNotSealed())

    answer = client.get("/v1/ledger/entries/tra_1/proof")

    assert (answer.status_code, answer.json["code"], answer.json["retryable"]) == (404, "entry_not_sealed", True)


def test_a_statement_as_pdf_has_every_line(client, services, sign_in, monkeypatch):
    monkeypatch.setattr("gateway.resources.aggregation.statements._WHOLE", 30)
    services.answer("aggregation", "get_statement", a_month)

    answer = client.get("/v1/passbooks/hou_li/statements/2026-10?format=pdf", headers=sign_in("per_li"))

    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    text = "".join(page.extract_text() for page in pages)
    assert answer.mimetype == "application/pdf"
    assert text.count("探望老人") == 70
    assert "李芳" in text
    assert "2026 年 10 月" in pages[0].extract_text()
    assert not {"hou_li", "2026-10"} & set(text.split())


def test_a_statement_as_json_is_a_page(client, services, sign_in):
    services.answer("aggregation", "get_statement", a_month)

    shown = client.get("/v1/passbooks/hou_li/statements/2026-10?limit=2", headers=sign_in("per_li")).json

    assert [row["item_title"] for row in shown["data"]] == ["探望老人", "探望老人"]
    assert shown["owners"] == [{"person_id": "per_li", "person_name": "李芳"}]
    assert shown["has_more"]


def test_a_draft_s_month_is_counted_by_claims_and_summed_by_the_bank(client, services, sign_in):
    services.answer("claims", "cost_draft", counted)
    services.answer("aggregation", "get_budget", budget)

    shown = client.get("/v1/budget?rulebook_id=rbk_1&period=2026-10", headers=sign_in()).json

    [asked] = [call.kwargs for call in services.calls if call.method == "get_budget"]
    assert asked["draft"] == counted("rbk_1", "2026-10")
    assert (shown["draft"]["rulebook_id"], shown["draft"]["period"]) == ("rbk_1", "2026-10")
    assert [item["item_title"] for item in shown["draft"]["items"]] == ["探望老人", "卫生检查排名奖励"]
    assert [item["item_title"] for item in shown["draft"]["unseen"]] == ["义务植树"]


def test_a_draft_that_is_not_there_is_not_found(client, services, sign_in):
    services.answer("claims", "cost_draft", NotFound())

    assert client.get("/v1/budget?rulebook_id=rbk_1", headers=sign_in()).status_code == 404
    assert client.get("/v1/budget?rulebook_id=draft", headers=sign_in()).status_code == 422


VISIT = {"item": "visit", "title": "探望老人", "in_force": 3, "drafted": 8, "quantity": 1, "newly_counted": 0}
VISIT |= {"drafted_entries": 1, "drafted_quantity": 1, "drafted_points": 8}


def counted(rulebook_id: str, period: str, **_: Any) -> dict[str, Any]:
    unseen = [{"item": "trees", "title": "义务植树", "reason": "new_item", "detail": "无人申报"}]
    waiting = {"entries": 0, "points": 0, "drafted_points": 0}
    return {"rulebook_id": rulebook_id, "period": period, "items": [VISIT], "waiting": waiting, "unseen": unseen}


def budget(draft: dict[str, Any], **_: Any) -> dict[str, Any]:
    award = VISIT | {"item": "inspection_rank", "title": None, "drafted": None, "quantity": None}
    items = [row | {"entries": 1, "points": 3} for row in (VISIT, award)]
    sums = {"points": 6, "drafted_points": 16, "difference": 10, "difference_fen": 1000}
    balances = dict.fromkeys(("issued", "books", "outstanding", "held", "redeemed", "expired", "arrears"), 0)
    rest = {"period": "2026-11", "point_value_fen": 100, "outstanding_fen": 0, "pending": 0, "months": []}
    return balances | rest | {"forecast": None, "draft": draft | sums | {"items": items}}
