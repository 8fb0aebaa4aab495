"""Passbooks over HTTP: balances, expiry, boards, merged and departed households, the budget (R20–R24)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from contracts import calendar
from deploy.demo.api_client import wait_for
from tests.flows.community import RULEBOOK_ITEMS, Community, Json, expect_refused
from tests.flows.documents import xlsx_rows


def test_r3_r23_r24_a_passbook_shows_what_expires_and_is_merged_with_its_household(community: Community) -> None:
    community.credit_points(张三=30, 赵六=8)
    today = calendar.day_of(datetime.now(UTC))
    community.change_settings(expiry="year_end")
    expiring = wait_for("the new policy", lambda: community["张三"].get(_path(community, "张三"))["expiring"])
    assert expiring == [{"on": f"{today.year}-12-31", "points": 30}]

    board = {"community_id": community.id, "period": "all"}
    shown = wait_for("the own place", lambda: community["赵六"].get("/v1/boards/residents", **board))
    assert (shown["own"]["rank"], shown["own"]["points"], shown["own"]["person_name"]) == (
        2,
        8,
        "赵六",
    )
    assert [place["person_name"] for place in shown["data"]] == ["张*", "赵*"]
    assert "own" not in community.public.get("/v1/boards/residents", **board)

    order = community.place_order("张三", community.create_reward(points=10))
    old, new = community.household_id_of("张三"), community.household_id_of("赵六")
    community.committee.post(f"/v1/households/{old}/merge", {"into_household_id": new, "on": today.isoformat()})
    merged = wait_for("the merge", lambda: _if_merged(community.passbook("张三")))
    assert (merged["available"], merged["cumulative"], merged["merged_into_id"]) == (0, 30, new)
    assert (community.passbook("赵六")["available"], community.passbook("赵六")["held"]) == (28, 10)
    community["张三"].post(f"/v1/orders/{order['id']}/cancel")
    wait_for("the released points", lambda: community.passbook("赵六")["available"] == 38)

    rebuilt = community.committee.post("/v1/ledgers/rebuilds")
    assert (rebuilt["state"], rebuilt["differences"]) == ("done", 0)
    assert community.committee.get(f"/v1/ledgers/rebuilds/{rebuilt['id']}") == rebuilt


def test_r9_r21_r22_spending_lowers_neither_cumulative_points_nor_the_heads_points(community: Community) -> None:
    month, yesterday = community.month, (calendar.day_of(datetime.now(UTC)) - timedelta(days=1)).isoformat()
    heads_claim = community.submit_claim("二网格员", "council", person_id=community.person_ids["陈院长"])
    community.endorse_and_approve(heads_claim, endorsed_by="组员")
    community.credit_points(孙八=50)
    order = community.place_order("孙八", community.create_reward(points=20))
    assert _balances(community) == {"available": 30, "held": 20, "pending": 0, "cumulative": 50}

    community.create_till().post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    community.endorse_and_approve(community.submit_claim("孙八", "council"), endorsed_by="陈院长")
    community.publish_month()
    wait_for(
        "the spent and the pending points",
        lambda: community.passbook("孙八")["posted"] == 30 and _balances(community)["pending"],
    )
    assert _balances(community) == {"available": 30, "held": 0, "pending": 5, "cumulative": 50}
    assert community["孙八"].get(_path(community, "孙八"), as_of=yesterday)["posted"] == 0
    lines = community["孙八"].all(f"{_path(community, '孙八')}/entries")
    assert [(line["points"], line["item_title"] or line["origin_id"], line["person_name"]) for line in lines] == [
        (-20, order["id"], "孙八"),
        (50, "捐赠", "孙八"),
    ]

    head = community["陈院长"]
    ledger = head.get(f"/v1/ledgers/courtyards/{community.courtyard_ids[3]}", period=month)
    assert (ledger["points"], ledger["average"], ledger["head_points"]) == (50, 25.0, 5)
    assert head.get(f"/v1/passbooks/{community.person_ids['陈院长']}")["available"] == 5
    with expect_refused("role_missing", 403):
        head.get("/v1/ledgers/community")
    for client, path in (
        (head, f"/v1/ledgers/courtyards/{community.courtyard_ids[3]}"),
        (community["组长"], "/v1/ledgers/community"),
    ):
        heading, *rows = xlsx_rows(client.read(path, period=month, format="xlsx"))
        assert sorted(row[heading.index("积分")] for row in rows) == [5, 50]
    board = {"community_id": community.id, "period": month, "category": "charity"}
    assert [place["points"] for place in community.public.get("/v1/boards/courtyards", **board)["data"]] == [50]


def _path(community: Community, name: str) -> str:
    return f"/v1/passbooks/{community.household_id_of(name)}"


def _balances(community: Community) -> dict[str, int]:
    passbook = community.passbook("孙八")
    return {name: passbook[name] for name in ("available", "held", "pending", "cumulative")}


def _if_merged(passbook: Json) -> Json | None:
    return passbook if passbook["merged_into_id"] else None


def test_a_month_is_costed_under_a_draft_before_its_adoption(new_community: Callable[..., Community]) -> None:
    community = new_community("预算村")
    period, chair = community.month, community["组长"]
    community.credit_points(李四=100, 钱七=40)
    merits = [rule for rule in RULEBOOK_ITEMS if rule["code"] == "merit"]
    new_item = {"code": "trees", "category": "neighbourhood", "title": "义务植树", "score": 3}
    capped = [line | {"score": 2, "caps": [{"points": 120, "per": "month", "of": "household"}]} for line in merits]
    draft = chair.post("/v1/rulebooks", {"items": [*capped, new_item]})

    costed = wait_for("the month's deeds", lambda: _if_complete(_costing(community, draft["id"], period)))

    [merit] = costed["items"]
    assert (merit["entries"], merit["points"], merit["drafted_quantity"]) == (2, 140, 100)
    assert (merit["drafted_points"], costed["difference"], costed["difference_fen"]) == (200, 60, 6000)
    assert [(each["item_title"], each["reason"]) for each in costed["unseen"]] == [("义务植树", "new_item")]
    assert costed["waiting"] == {"entries": 0, "points": 0, "drafted_points": 0}
    with expect_refused("role_missing"):
        community["张三"].get("/v1/budget", rulebook_id=draft["id"], period=period)


def _costing(community: Community, draft: str, period: str) -> Json:
    costing: Json = community.committee.get("/v1/budget", rulebook_id=draft, period=period)["draft"]
    return costing


def _if_complete(costing: Json) -> Json | None:
    return costing if costing["items"][0]["quantity"] == 140 else None


def test_r21_a_household_that_left_keeps_its_points_but_cannot_spend_them(community: Community) -> None:
    community.credit_points(钱七=20)
    reward, till, buyer = community.create_reward(points=10), community.create_till("邻里理发店"), community["钱七"]
    paycode = buyer.post("/v1/me/paycode", {})["paycode"]
    leaving = {"on": calendar.day_of(datetime.now(UTC)).isoformat(), "to": {"left_community": True}}
    community.committee.post(f"/v1/residents/{community.person_ids['钱七']}/moves", leaving)
    wait_for("the departure in the ledger", lambda: _has_left(community, "钱七"))

    with expect_refused("account_closed", 422):
        buyer.post("/v1/orders", {"reward_id": reward})
    with expect_refused("account_closed", 422):
        till.post("/v1/merchant/authorizations", {"paycode": paycode, "points": 5, "merchant_reference": "left"})

    [order] = buyer.get("/v1/orders")["data"]
    assert (order["status"], order["refusal_code"], order["available"]) == ("refused", "account_closed", 20)
    assert community.passbook("钱七")["available"] == 20


def _has_left(community: Community, name: str) -> bool:
    """Return whether the boards show the household of `name` to its member without a courtyard."""
    board = community[name].get("/v1/boards/households", community_id=community.id, period="all")
    return board["own"]["courtyard_id"] is None
