"""Steps 8 to 12: a move, and points spent at tills, once (R3, R6, R25, R27, R28)."""

import uuid

from contracts import calendar
from deploy.demo.story.telling import Answer, Story
from deploy.demo.visitors import Visitor, until

_SHOP = "善治超市"


def a_tenant_moves_and_the_balance_follows(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    household = cast.people.tenants_of(12)
    person = cast.person(household, household.residents[0])
    narrator.chapter("8 租户从 12 号院搬到 40 号院 · A tenant moves from courtyard 12 to 40")
    mover = cast.enters(person, invited_by=cast.heads[12])
    before, credit = story.book(mover), _courtyard_points(story, 12)
    move = {"on": cast.today.isoformat(), "to": {"courtyard_id": cast.courtyards[40]}, "whole_household": True}
    cast.officer_of(12).post(f"/v1/residents/{person}/moves", move)
    courtyard = mover.get("/v1/me")["courtyard"]
    after = story.book(mover)
    story.prove(f"现住 {courtyard['number']} 号院 lives in courtyard 40 now", courtyard["number"] == 40, courtyard)
    story.prove(
        f"余额随户走：{after['available']} 分 the balance follows", after["available"] == before["available"] > 0
    )
    story.prove(f"12 号院积分不变：{credit} the old courtyard keeps the credit", credit == _courtyard_points(story, 12))


def _courtyard_points(story: Story, number: int) -> int:
    path = f"/v1/ledgers/courtyards/{story.cast.courtyards[number]}"
    return int(story.cast.committee.get(path, period=story.cast.period)["points"])


def rice_is_honoured_once(story: Story) -> None:
    cast, narrator, till = story.cast, story.narrator, story.cast.tills[_SHOP]
    narrator.chapter("9 兑换大米：收银台超时重试，仍只核销一次 · Rice, honoured once though the till retries")
    order = _order(story, story.tenant, "大米")
    code = order["voucher"]["code"]
    narrator.tell(f"{order['id']} {order['reward']['name']} {order['points']} 分，兑换券 {code}")
    held = story.book(story.tenant)
    story.prove(
        f"冻结 {held['held']}，可用 {held['available']} · the points are held", held["held"] == order["points"], held
    )
    verified = till.post("/v1/merchant/voucher-verifications", {"code": code})
    narrator.tell(f"收银台查询：{verified['holder']} 兑换 {verified['reward']['name']} × {verified['quantity']}")
    key, form = uuid.uuid4().hex, {"code": code, "till": "1 号收银台", "merchant_reference": f"T{cast.today:%Y%m%d}-1"}
    first = till.post_raw("/v1/merchant/voucher-redemptions", form, key=key)
    again = till.post_raw("/v1/merchant/voucher-redemptions", form, key=key)
    replayed = again.headers.get("Idempotent-Replayed") == "true"
    story.prove(
        "超时后用同一键重试，得到同一答复 the retry gets the same answer", replayed and first.json() == again.json()
    )
    story.prove_refused(
        "换一台收银机再核销 another till, another key",
        "voucher_already_redeemed",
        lambda: till.post("/v1/merchant/voucher-redemptions", {"code": code, "till": "2 号收银台"}),
    )
    story.spent += order["points"]
    _wait_until_spent(story)
    book = story.book(story.tenant)
    left = story.saved - order["points"]
    story.prove(
        f"余 {book['available']} 分，累计仍 {book['cumulative']} · spending does not lower what was earned",
        (book["available"], book["cumulative"]) == (left, story.saved),
        book,
    )


def somebody_without_a_phone_redeems(story: Story) -> None:
    cast, narrator, till = story.cast, story.narrator, story.cast.tills[_SHOP]
    household, elder = cast.people.elder()
    age = cast.today.year - elder.birth_year
    narrator.chapter(f"10 {age} 岁、没有手机的{elder.name}凭打印的兑换码领取 · Redeemed with a printed code")
    head = cast.heads[household.courtyard]
    order = _order(story, head, "香皂", person_id=cast.person(household, elder))
    story.prove(
        f"院长代办，记录两人 recorded: for {order['person_name']}, by {order['placed_by_name']}",
        order["person_id"] != order["placed_by_id"],
        order,
    )
    printed = head.read(f"/v1/orders/{order['id']}/voucher.svg")
    narrator.tell(f"打印二维码 printed QR code: {len(printed)} bytes, {order['voucher']['code']}")
    till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"], "till": "1 号收银台"})
    story.spent += order["points"]
    _wait_until_spent(story)
    story.prove("已领取 honoured", head.get(f"/v1/orders/{order['id']}")["status"] == "redeemed")


def an_order_beyond_the_balance_is_refused(story: Story) -> None:
    story.narrator.chapter("11 超出余额的兑换被拒绝 · An order beyond the balance is refused, with the reason")
    form = {"reward_id": story.cast.rewards["食用油"]}
    story.prove_refused(
        "85 分的食用油 cooking oil", "insufficient_points", lambda: story.tenant.post("/v1/orders", form)
    )
    kept = story.book(story.tenant)
    story.prove(f"分文未动：可用 {kept['available']} · nothing was taken", kept["held"] == 0, kept)


def the_merchant_is_owed_what_the_ledger_says(story: Story) -> None:
    cast, narrator = story.cast, story.narrator
    narrator.chapter("12 月末结算与账本一致，账本可重建 · The settlement equals the ledger; the ledger rebuilds")
    settlement = cast.tills[_SHOP].get(f"/v1/merchant/settlements/{calendar.period_of(cast.today)}")
    owed, fen = settlement["total"]["points"], settlement["total"]["amount_fen"]
    redeemed = cast.committee.get("/v1/ledgers/community")["balances"]["redeemed"]
    story.prove(f"{_SHOP}应结 {owed} 分（¥{fen / 100:.2f}）= 账本支出 {redeemed} 分", owed == redeemed == story.spent)
    rebuilt = cast.committee.post("/v1/ledgers/rebuilds")
    narrator.tell(f"重算 {rebuilt['accounts']} 个账户、{rebuilt['entries']} 条分录 recomputed")
    story.prove("与现存完全一致 no difference", rebuilt["differences"] == 0, rebuilt)


def _order(story: Story, by: Visitor, reward: str, **more: str) -> Answer:
    """An order whose points are held."""
    form = {"reward_id": story.cast.rewards[reward], **more}
    placed: Answer = by.post("/v1/orders", form)
    return until("the voucher", lambda: _if_confirmed(by.get(f"/v1/orders/{placed['id']}")))


def _if_confirmed(order: Answer) -> Answer | None:
    return order if order["status"] == "confirmed" else None


def _wait_until_spent(story: Story) -> None:
    ledger = "/v1/ledgers/community"
    until("the ledger", lambda: story.cast.committee.get(ledger)["balances"]["redeemed"] == story.spent)
