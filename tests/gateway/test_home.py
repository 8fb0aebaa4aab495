"""The home screen in one call (R15, R23, R37)."""

import pytest

from contracts.errors import Unavailable

ME = {
    "person": {"id": "per_zhang", "name": "张三"},
    "community": {"id": "com_changning", "name": "昌宁社区"},
    "household": {"id": "hou_1", "code": "001-1", "tenure": "owner"},
    "courtyard": None,
    "roles": [],
    "passbooks": ["hou_1", "per_zhang"],
    "consents_missing": ["photos"],
}
FIGURES = {
    "as_of": "2026-11-20",
    "available": 40,
    "posted": 45,
    "held": 5,
    "pending": 12,
    "cumulative": 60,
    "arrears": 0,
    "expiring": [],
    "merged_into_id": None,
    "owner_ids": ["per_zhang"],
}
CHANGED = {
    "id": "clm_1",
    "status": "returned",
    "person_id": "per_zhang",
    "declared_by_id": "per_zhang",
    "title": "清扫巷道",
    "points": 5,
    "reason": "照片看不清",
    "changed_at": "2026-11-20T01:00:00+00:00",
}


@pytest.fixture(autouse=True)
def home(services):
    services.answer("registry", "me", lambda **_: ME)
    services.answer("registry", "list_bindings", lambda **_: {"data": [], "next_cursor": None})
    services.answer(
        "registry", "count_spending_waits", lambda **_: {"to_decide": 0, "to_rule": 0, "cards_to_activate": 0}
    )
    services.answer("registry", "names", lambda **_: {"per_zhang": "张三"})
    services.answer(
        "aggregation",
        "get_passbook",
        lambda account_id, **_: {
            **FIGURES,
            "account_id": account_id,
            "kind": "household" if account_id == "hou_1" else "head",
        },
    )
    services.answer("aggregation", "get_own_place", lambda **_: {"rank": 3, "points": 60, "household_id": "hou_1"})
    services.answer(
        "claims",
        "own_claims",
        lambda **_: {
            "declared": [{"account_id": "hou_1", "claims": 2, "points": 8}],
            "returned": 1,
            "changed": [CHANGED],
        },
    )
    services.answer(
        "review",
        "count_waiting",
        lambda **_: {"first_reviews": 4, "final_approvals": 0, "objections": 0, "corrections": 0},
    )
    services.answer(
        "exchange", "count_waiting_orders", lambda **_: {"awaiting_consent": 0, "unseen": 0, "to_redeem": 2}
    )


def test_home_shows_passbooks_with_what_is_declared_and_not_judged(client, sign_in):
    answer = client.get("/v1/me/home", headers=sign_in())

    assert answer.status_code == 200, answer.json
    household, head = answer.json["passbooks"]
    assert household["available"] == 40
    assert household["pending"] == 12
    assert household["held"] == 5
    assert household["declared"] == {"claims": 2, "points": 8}
    assert head["declared"] == {"claims": 0, "points": 0}
    assert answer.json["rank"] == {"rank": 3, "points": 60}
    assert answer.json["me"]["household"]["code"] == "001-1"


def test_home_lists_what_waits_with_its_number_and_where_to_read_it(client, sign_in):
    answer = client.get("/v1/me/home", headers=sign_in())

    assert answer.json["waiting"] == [
        {"kind": "claims_returned", "count": 1, "path": "/v1/claims?status=returned"},
        {"kind": "vouchers_to_redeem", "count": 2, "path": "/v1/orders?status=confirmed"},
        {"kind": "first_reviews", "count": 4, "path": "/v1/reviews?stage=first"},
        {"kind": "consents_missing", "count": 1, "path": "/v1/me/consents"},
    ]


def test_home_shows_why_a_claim_was_returned(client, sign_in):
    [changed] = client.get("/v1/me/home", headers=sign_in()).json["changed"]

    assert changed["reason"] == "照片看不清"
    assert changed["person_name"] == "张三"
    assert changed["changed_at"] == "2026-11-20T01:00:00Z"


def test_a_service_that_does_not_answer_leaves_its_part_of_home_empty(client, services, sign_in):
    services.answer("exchange", "count_waiting_orders", Unavailable())

    answer = client.get("/v1/me/home", headers=sign_in())

    assert answer.status_code == 200
    assert answer.json["unavailable"] == ["orders"]
    assert len(answer.json["passbooks"]) == 2


def test_home_asks_the_services_in_two_rounds(client, services, sign_in, monkeypatch):
    rounds = []
    ask = services.call_together
    monkeypatch.setattr(
        services, "call_together", lambda calls, context: rounds.append(len(calls)) or ask(calls, context)
    )

    client.get("/v1/me/home", headers=sign_in())

    assert rounds == [7, 2]
