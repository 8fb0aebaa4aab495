"""Books over HTTP: standing and spending, what lapses, places on boards, merged households, the budget (R20–R24)."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from openpyxl import load_workbook

from contracts import calendar
from deploy.demo.visitors import until
from tests.flows.village import RULES, Answer, Village, refused


def test_r3_r23_r24_a_book_tells_what_lapses_and_goes_over_to_the_household_it_merges_into(village: Village) -> None:
    village.earn(张三=30, 赵六=8)
    today = calendar.day_of(datetime.now(UTC))
    settings = village.committee.get(f"/v1/communities/{village.id}/settings")
    village.committee.put(f"/v1/communities/{village.id}/settings", settings | {"expiry": "year_end"})
    expiring = until("the rule", lambda: village["张三"].get(_book(village, "张三"))["expiring"])
    assert expiring == [{"on": f"{today.year}-12-31", "points": 30}]

    board = {"community_id": village.id, "period": "all"}
    shown = until("his place", lambda: village["赵六"].get("/v1/boards/residents", **board))
    assert (shown["own"]["rank"], shown["own"]["points"], shown["own"]["person_name"]) == (2, 8, "赵六")
    assert [place["person_name"] for place in shown["data"]] == ["张*", "赵*"]
    assert "own" not in village.door.public.get("/v1/boards/residents", **board)

    order = village.order("张三", village.reward(points=10))
    old, new = village.household_of("张三"), village.household_of("赵六")
    village.committee.post(f"/v1/households/{old}/merge", {"into_household_id": new, "on": today.isoformat()})
    merged = until("the merge", lambda: _if_closed(village.book("张三")))
    assert (merged["available"], merged["cumulative"], merged["merged_into_id"]) == (0, 30, new)
    assert (village.book("赵六")["available"], village.book("赵六")["held"]) == (28, 10)
    village["张三"].post(f"/v1/orders/{order['id']}/cancel")
    until("what the order gave back", lambda: village.book("赵六")["available"] == 38)

    rebuilt = village.committee.post("/v1/ledgers/rebuilds")
    assert (rebuilt["state"], rebuilt["differences"]) == ("done", 0)
    assert village.committee.get(f"/v1/ledgers/rebuilds/{rebuilt['id']}") == rebuilt


def test_r9_r21_r22_what_is_spent_lowers_neither_standing_nor_the_heads_points(village: Village) -> None:
    month, yesterday = village.month, (calendar.day_of(datetime.now(UTC)) - timedelta(days=1)).isoformat()
    own = village.declare("二网格员", "council", person_id=village.people["陈院长"])
    village.judge("二网格员", own, "endorse")
    village.judge("组长", own, "approve")
    village.earn(孙八=50)
    order = village.order("孙八", village.reward(points=20))
    assert _figures(village) == {"available": 30, "held": 20, "pending": 0, "cumulative": 50}

    village.shop().post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    waiting = village.declare("孙八", "council")
    village.judge("陈院长", waiting, "endorse")
    village.judge("组长", waiting, "approve")
    village.publish()
    until(
        "what was spent and what is pending",
        lambda: village.book("孙八")["posted"] == 30 and _figures(village)["pending"],
    )
    assert _figures(village) == {"available": 30, "held": 0, "pending": 5, "cumulative": 50}
    assert village["孙八"].get(_book(village, "孙八"), as_of=yesterday)["posted"] == 0
    lines = village["孙八"].all(f"{_book(village, '孙八')}/entries")
    assert [(line["points"], line["item_title"] or line["origin_id"], line["person_name"]) for line in lines] == [
        (-20, order["id"], "孙八"),
        (50, "捐赠", "孙八"),
    ]

    head = village["陈院长"]
    ledger = head.get(f"/v1/ledgers/courtyards/{village.courtyards[3]}", period=month)
    assert (ledger["points"], ledger["average"], ledger["head_points"]) == (50, 25.0, 5)
    assert head.get(f"/v1/passbooks/{village.people['陈院长']}")["available"] == 5
    with refused("role_missing", 403):
        head.get("/v1/ledgers/community")
    for by, path in (
        (head, f"/v1/ledgers/courtyards/{village.courtyards[3]}"),
        (village["组长"], "/v1/ledgers/community"),
    ):
        sheet = load_workbook(io.BytesIO(by.read(path, period=month, format="xlsx"))).active
        heading, *rows = sheet.iter_rows(values_only=True)
        assert sorted(row[heading.index("积分")] for row in rows) == [5, 50]
    board = {"community_id": village.id, "period": month, "category": "charity"}
    assert [place["points"] for place in village.door.public.get("/v1/boards/courtyards", **board)["data"]] == [50]


def _book(village: Village, name: str) -> str:
    return f"/v1/passbooks/{village.household_of(name)}"


def _figures(village: Village) -> dict[str, int]:
    book = village.book("孙八")
    return {name: book[name] for name in ("available", "held", "pending", "cumulative")}


def _if_closed(book: dict) -> dict | None:
    return book if book["merged_into_id"] else None


def test_a_month_is_costed_under_a_draft_before_anybody_adopts_it(new_village: Callable[..., Village]) -> None:
    village = new_village("预算村")
    period, chair = village.month, village["组长"]
    village.earn(李四=100, 钱七=40)
    lines = [rule for rule in RULES if rule["code"] == "merit"]
    newly = {"code": "trees", "category": "neighbourhood", "title": "义务植树", "score": 3}
    capped = [line | {"score": 2, "caps": [{"points": 120, "per": "month", "of": "household"}]} for line in lines]
    draft = chair.post("/v1/rulebooks", {"items": [*capped, newly]})

    costed = until(
        "the month in claims",
        lambda: found if (found := _costed(village, draft["id"], period))["items"][0]["quantity"] == 140 else None,
    )

    [merit] = costed["items"]
    assert (merit["entries"], merit["points"], merit["drafted_quantity"]) == (2, 140, 100)
    assert (merit["drafted_points"], costed["difference"], costed["difference_fen"]) == (200, 60, 6000)
    assert [(each["item_title"], each["reason"]) for each in costed["unseen"]] == [("义务植树", "new_item")]
    assert costed["waiting"] == {"entries": 0, "points": 0, "drafted_points": 0}
    with refused("role_missing"):
        village["张三"].get("/v1/budget", rulebook_id=draft["id"], period=period)


def _costed(village: Village, draft: str, period: str) -> Answer:
    shown: Answer = village.committee.get("/v1/budget", rulebook_id=draft, period=period)["draft"]
    return shown


def test_r21_a_household_that_left_keeps_its_points_and_is_told_that_its_account_is_closed(village: Village) -> None:
    village.earn(钱七=20)
    reward, till, buyer = village.reward(points=10), village.shop("邻里理发店"), village["钱七"]
    paycode = buyer.post("/v1/me/paycode", {})["paycode"]
    leaving = {"on": calendar.day_of(datetime.now(UTC)).isoformat(), "to": {"left_community": True}}
    village.committee.post(f"/v1/residents/{village.people['钱七']}/moves", leaving)
    until("the bank to know", lambda: _gone(village, "钱七"))

    with refused("account_closed", 422):
        buyer.post("/v1/orders", {"reward_id": reward})
    with refused("account_closed", 422):
        till.post("/v1/merchant/authorizations", {"paycode": paycode, "points": 5, "merchant_reference": "left"})

    [order] = buyer.get("/v1/orders")["data"]
    assert (order["status"], order["refusal_code"], order["available"]) == ("refused", "account_closed", 20)
    assert village.book("钱七")["available"] == 20


def _gone(village: Village, name: str) -> bool:
    """Whether the bank no longer places his household in a courtyard."""
    board = village.door.public.get("/v1/boards/households", community_id=village.id, period="all")["data"]
    [place] = [place for place in board if place["household_id"] == village.household_of(name)]
    return place["courtyard_id"] is None
