"""Steps 8 to 12: a move, and points spent exactly once (R3, R6, R25, R27, R28)."""

import uuid

from contracts import calendar
from deploy.demo.api_client import ApiClient, retry_until_known, wait_for
from deploy.demo.story.context import Json, Story

_SHOP = "善治超市"


def a_tenant_moves_and_the_balance_follows(story: Story) -> None:
    demo, report = story.demo, story.report
    household = demo.people.tenants_of(12)
    person = demo.person(household, household.residents[0])
    report.heading("8 租户从 12 号院搬到 40 号院 · A tenant moves from courtyard 12 to 40")
    mover = demo.open_mini_program(person, invited_by=demo.heads[12])
    before, credit = story.passbook(mover), _courtyard_points(story, 12)
    move = {"on": demo.today.isoformat(), "to": {"courtyard_id": demo.courtyards[40]}, "whole_household": True}
    demo.committee.post(f"/v1/residents/{person}/moves", move)  # the two courtyards have different officers
    courtyard = mover.get("/v1/me")["courtyard"]
    after = story.passbook(mover)
    story.check(f"现住 {courtyard['number']} 号院 now lives in courtyard 40", courtyard["number"] == 40, courtyard)
    story.check(
        f"余额随户走：{after['available']} 分 the balance follows", after["available"] == before["available"] > 0
    )
    story.check(f"12 号院积分不变：{credit} the old courtyard keeps the credit", credit == _courtyard_points(story, 12))


def _courtyard_points(story: Story, number: int) -> int:
    path = f"/v1/ledgers/courtyards/{story.demo.courtyards[number]}"
    return int(story.demo.committee.get(path, period=story.demo.period)["points"])


def rice_is_redeemed_once(story: Story) -> None:
    demo, report, till = story.demo, story.report, story.demo.tills[_SHOP]
    report.heading("9 兑换大米：收银台超时重试，仍只核销一次 · Rice is redeemed once although the till retries")
    order = _order(story, story.tenant, "大米")
    code = order["voucher"]["code"]
    report.line(f"{order['id']} {order['reward']['name']} {order['points']} 分，兑换券 {code}")
    held = story.passbook(story.tenant)
    story.check(
        f"冻结 {held['held']}，可用 {held['available']} · the points are held", held["held"] == order["points"], held
    )
    verified = till.post("/v1/merchant/voucher-verifications", {"code": code})
    report.line(f"收银台查询：{verified['holder']} 兑换 {verified['reward']['name']} × {verified['quantity']}")
    key, form = uuid.uuid4().hex, {"code": code, "till": "1 号收银台", "merchant_reference": f"T{demo.today:%Y%m%d}-1"}
    first = till.post_raw("/v1/merchant/voucher-redemptions", form, key=key)
    again = till.post_raw("/v1/merchant/voucher-redemptions", form, key=key)
    replayed = again.headers.get("Idempotent-Replayed") == "true"
    story.check(
        "超时后用同一键重试，得到同一答复 the retry gets the same answer", replayed and first.json() == again.json()
    )
    story.check_refused(
        "换一台收银机再核销 another till, another key",
        "voucher_already_redeemed",
        lambda: till.post("/v1/merchant/voucher-redemptions", {"code": code, "till": "2 号收银台"}),
    )
    story.points_spent += order["points"]
    _wait_until_spent(story)
    book = story.passbook(story.tenant)
    left = story.points_earned - order["points"]
    story.check(
        f"余 {book['available']} 分，累计仍 {book['cumulative']} · spending does not lower the total earned",
        (book["available"], book["cumulative"]) == (left, story.points_earned),
        book,
    )


def a_resident_without_a_phone_redeems(story: Story) -> None:
    demo, report, till = story.demo, story.report, story.demo.tills[_SHOP]
    household, elder = demo.people.elder()
    age = demo.today.year - elder.birth_year
    report.heading(f"10 {age} 岁、没有手机的{elder.name}凭打印的兑换码领取 · Redeemed with a printed code")
    head, officer = demo.heads[household.courtyard], demo.officer_of(household.courtyard)
    form = {"person_id": demo.person(household, elder)}
    waiting = _place(story, head, "香皂", **form)
    story.check(
        f"院长代办须本人同意：{waiting['status']} the order waits for consent", waiting["status"] == "awaiting_consent"
    )
    head.post(f"/v1/orders/{waiting['id']}/cancel")
    card = officer.post(f"/v1/households/{demo.households[household.code]}/cards")
    order = _order(story, head, "香皂", **form, card=card["card_code"], pin=card["pin"])
    story.check(
        f"院长代办，记录两人 for {order['person_name']}, by {order['placed_by_name']}",
        order["person_id"] != order["placed_by_id"],
        order,
    )
    printed = head.read(f"/v1/orders/{order['id']}/voucher.svg")
    report.line(f"打印二维码 printed QR code: {len(printed)} bytes, {order['voucher']['code']}")
    till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"], "till": "1 号收银台"})
    story.points_spent += order["points"]
    _wait_until_spent(story)
    story.check("已领取 redeemed", head.get(f"/v1/orders/{order['id']}")["status"] == "redeemed")
    told = officer.post(f"/v1/paper-notices/orders/{order['id']}")
    story.check(
        f"网格员把书面通知交给{told['person_name']} told on paper by another person", told["told_at"] is not None
    )


def an_order_beyond_the_balance_is_refused(story: Story) -> None:
    story.report.heading("11 超出余额的兑换被拒绝 · An order beyond the balance is refused, with the reason")
    form = {"reward_id": story.demo.rewards["食用油"]}
    story.check_refused(
        "85 分的食用油 cooking oil", "insufficient_points", lambda: story.tenant.post("/v1/orders", form)
    )
    kept = story.passbook(story.tenant)
    story.check(f"分文未动：可用 {kept['available']} · nothing was deducted", kept["held"] == 0, kept)


def the_settlement_equals_the_ledger(story: Story) -> None:
    demo, report = story.demo, story.report
    report.heading("12 月末结算与账本一致，账本可重建 · The settlement equals the ledger; the ledger rebuilds")
    settlement = demo.tills[_SHOP].get(f"/v1/merchant/settlements/{calendar.period_of(demo.today)}")
    owed, fen = settlement["total"]["points"], settlement["total"]["amount_fen"]
    redeemed = demo.committee.get("/v1/ledgers/community")["balances"]["redeemed"]
    story.check(
        f"{_SHOP}应结 {owed} 分（¥{fen / 100:.2f}）= 账本支出 {redeemed} 分", owed == redeemed == story.points_spent
    )
    rebuilt = demo.committee.post("/v1/ledgers/rebuilds")
    report.line(f"重算 {rebuilt['accounts']} 个账户、{rebuilt['entries']} 条分录 recomputed")
    story.check("与现存完全一致 no difference", rebuilt["differences"] == 0, rebuilt)


def _order(story: Story, by: ApiClient, reward: str, **more: str) -> Json:
    """Place an order, wait until its points are held, and return it."""
    placed = _place(story, by, reward, **more)
    return wait_for("the voucher", lambda: _if_confirmed(by.get(f"/v1/orders/{placed['id']}")))


def _place(story: Story, by: ApiClient, reward: str, **more: str) -> Json:
    """Place an order and return it; a card that was just issued is known after a moment."""
    form = {"reward_id": story.demo.rewards[reward], **more}
    placed: Json = retry_until_known(lambda: by.post("/v1/orders", form))
    return placed


def _if_confirmed(order: Json) -> Json | None:
    return order if order["status"] == "confirmed" else None


def _wait_until_spent(story: Story) -> None:
    ledger = "/v1/ledgers/community"
    wait_for("the ledger", lambda: story.demo.committee.get(ledger)["balances"]["redeemed"] == story.points_spent)
