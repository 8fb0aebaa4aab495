"""Orders and vouchers through the service, on real PostgreSQL; the tests answer the holds."""

from datetime import timedelta

import pytest

from contracts import errors, registry
from contracts.aggregation import HoldCaptured, HoldPlaced
from messaging.envelope import Envelope
from tests.services.exchange.concurrency import race
from tests.services.exchange.conftest import person
from tests.services.exchange.factories import COMMUNITY, NOW


def names(events):
    return [event.name() for event in events]


def stock(exchange, reward):
    found = exchange.call("get_reward", actor=person("per_li"), reward_id=reward)
    return found["left"], found["reserved"], found["sold"]


def status(exchange, order):
    return exchange.call("get_order", actor=person("per_li"), order_id=order["id"])["status"]


def test_an_order_is_paid_by_the_household_and_ends_with_a_voucher(exchange):
    rice = exchange.reward()

    placed = exchange.order(rice, quantity=2)
    [issued] = exchange.hold(exchange.emitted[-1])
    order = exchange.call("get_order", actor=person("per_li"), order_id=placed["id"])

    assert (placed["status"], placed["account_id"], placed["points"]) == ("placed", "hou_1", 100)
    assert issued.name() == "VoucherIssued"
    assert order["status"] == "confirmed"
    assert order["voucher"]["code"].count("-") == 2
    assert [step["step"] for step in order["steps"]] == ["placed", "confirmed"]
    assert "100 分" in order["steps"][1]["text"]
    assert stock(exchange, rice) == (8, 2, 0)


def test_an_order_beyond_the_balance_is_refused_with_the_available_points(exchange):
    rice = exchange.reward()
    placed = exchange.order(rice)

    assert exchange.hold(exchange.emitted[-1], available=42) == []

    order = exchange.call("get_order", actor=person("per_li"), order_id=placed["id"])
    assert (order["status"], order["available"], order["voucher"]) == ("refused", 42, None)
    assert order["refusal_code"] == "insufficient_points"
    assert stock(exchange, rice) == (10, 0, 0)


def test_an_order_from_a_closed_account_is_refused_as_account_closed(exchange):
    rice = exchange.reward()
    placed = exchange.order(rice)

    exchange.hold(exchange.emitted[-1], available=420, reason="account_closed")

    order = exchange.call("get_order", actor=person("per_li"), order_id=placed["id"])
    assert (order["status"], order["refusal_code"], order["available"]) == ("refused", "account_closed", 420)
    assert "已不在本社区" in order["steps"][-1]["text"]
    assert stock(exchange, rice) == (10, 0, 0)


def test_repeated_and_late_hold_answers_change_nothing(exchange):
    rice = exchange.reward()
    order = exchange.order(rice)
    request = exchange.emitted[-1]
    placed = HoldPlaced(community=COMMUNITY, hold=request.hold, account="hou_1", points=50, at=NOW)
    exchange.handle(placed)

    assert exchange.handle(placed) == []
    exchange.call("cancel_order", actor=person("per_li"), order_id=order["id"])
    assert exchange.handle(placed) == []
    assert status(exchange, order) == "cancelled"
    assert stock(exchange, rice) == (10, 0, 0)


def test_an_answer_about_an_unknown_hold_is_retried(exchange):
    stray = HoldPlaced(community=COMMUNITY, hold="hld_unknown", account="hou_1", points=50, at=NOW)
    with pytest.raises(errors.NotFound):
        exchange.deliver(Envelope.wrap(stray, at=NOW))


def test_an_order_cancelled_before_the_answer_is_released_after_it(exchange):
    rice = exchange.reward()
    order = exchange.order(rice)
    request = exchange.emitted[-1]

    cancelled = exchange.call("cancel_order", actor=person("per_li"), order_id=order["id"])

    assert cancelled["status"] == "cancelled"
    assert exchange.emitted[-1] is request
    assert names(exchange.hold(request)) == ["OrderCancelled"]
    assert status(exchange, order) == "cancelled"


def test_a_voucher_is_redeemed_once_at_any_till(exchange):
    rice, till = exchange.reward(), exchange.shop()
    order = exchange.confirmed(rice)
    code = order["voucher"]["code"]

    seen = exchange.call("verify_voucher", actor=till, code=code.lower().replace("-", " "))
    redemption = exchange.call("redeem_voucher", actor=till, code=code, merchant_reference="sale-7", till="2")
    redeemed = exchange.emitted[-1]

    assert (seen["reward"]["name"], seen["quantity"], seen["person_id"]) == ("大米", 1, "per_li")
    assert (redemption["points"], redemption["merchant_reference"], redemption["till"]) == (50, "sale-7", "2")
    assert (redeemed.name(), redeemed.merchant) == ("VoucherRedeemed", till["merchant"])
    assert stock(exchange, rice) == (9, 0, 1)
    for again in ("verify_voucher", "redeem_voucher"):
        with pytest.raises(errors.VoucherAlreadyRedeemed):
            exchange.call(again, actor=till, code=code)


def test_a_voucher_is_refused_with_the_right_error(exchange):
    shop, other = exchange.shop(), exchange.shop(name="理发店")
    order = exchange.confirmed(exchange.reward(merchant_ids=[shop["merchant"]]))
    code = order["voucher"]["code"]

    with pytest.raises(errors.VoucherNotFound):
        exchange.call("verify_voucher", actor=shop, code="0000-0000-0000")
    with pytest.raises(errors.WrongMerchant):
        exchange.call("redeem_voucher", actor=other, code=code)
    exchange.later(days=31)
    with pytest.raises(errors.VoucherExpired):
        exchange.call("redeem_voucher", actor=shop, code=code)


def test_a_merchant_reference_is_used_for_one_voucher(exchange):
    rice, till = exchange.reward(), exchange.shop()
    first, second = (exchange.confirmed(rice)["voucher"]["code"] for _ in range(2))
    exchange.call("redeem_voucher", actor=till, code=first, merchant_reference="sale-7")

    with pytest.raises(errors.ReferenceReused):
        exchange.call("redeem_voucher", actor=till, code=second, merchant_reference="sale-7")

    assert stock(exchange, rice) == (8, 1, 1)


def test_an_unused_voucher_lapses_by_timer(exchange):
    rice = exchange.reward()
    order = exchange.confirmed(rice)

    assert exchange.later(days=29).tick("lapse") == []
    assert names(exchange.later(days=2).tick("lapse")) == ["VoucherLapsed"]
    assert exchange.tick("lapse") == []
    assert status(exchange, order) == "lapsed"
    assert stock(exchange, rice) == (10, 0, 0)


def test_an_order_without_an_answer_gives_its_stock_back(exchange):
    rice = exchange.reward()
    order = exchange.order(rice)
    request = exchange.emitted[-1]

    exchange.later(hours=2).tick("lapse")

    assert status(exchange, order) == "cancelled"
    assert stock(exchange, rice) == (10, 0, 0)
    assert names(exchange.hold(request)) == ["OrderCancelled"]


def test_an_order_lists_every_step(exchange):
    till = exchange.shop()
    order = exchange.confirmed(exchange.reward())
    exchange.call("redeem_voucher", actor=till, code=order["voucher"]["code"])
    hold = exchange.emitted[-1].hold
    exchange.handle(HoldCaptured(community=COMMUNITY, hold=hold, account="hou_1", points=50, at=NOW))

    steps = exchange.call("get_order", actor=person("per_li"), order_id=order["id"])["steps"]

    assert [step["step"] for step in steps] == ["placed", "confirmed", "redeemed", "captured"]
    assert all(step["text"] for step in steps)


def test_stock_and_limits_are_enforced(exchange):
    last, limited = exchange.reward(stock=1), exchange.reward(limit_per_household=1)
    exchange.order(last)
    exchange.order(limited)

    with pytest.raises(errors.OutOfStock):
        exchange.order(last, "per_zhao")
    with pytest.raises(errors.LimitReached):
        exchange.order(limited, "per_wife")
    assert exchange.order(limited, "per_zhao")


def test_a_cancelled_order_does_not_count_towards_the_limit(exchange):
    limited = exchange.reward(limit_per_household=1)
    order = exchange.order(limited)
    exchange.call("cancel_order", actor=person("per_wife"), order_id=order["id"])

    assert exchange.order(limited)


@pytest.mark.parametrize("acting", ["per_wang", "per_zhou", "per_wife"])
def test_head_officer_and_household_order_for_a_resident(exchange, acting):
    order = exchange.order(exchange.reward(), acting, person_id="per_li")

    assert (order["person_id"], order["placed_by_id"], order["account_id"]) == ("per_li", acting, "hou_1")


def test_nobody_else_spends_a_households_points(exchange):
    rice = exchange.reward()

    with pytest.raises(errors.RoleMissing):
        exchange.order(rice, "per_wang", person_id="per_zhao")
    with pytest.raises(errors.RoleMissing):
        exchange.order(rice, account_id="hou_2")
    with pytest.raises(errors.NotFound):
        exchange.order(rice, person_id="per_unknown")


def test_a_head_spends_from_his_own_passbook(exchange):
    order = exchange.order(exchange.reward(), "per_wang", account_id="per_wang")
    assert order["account_id"] == "per_wang"


def test_only_its_household_sees_an_order(exchange):
    order = exchange.order(exchange.reward())

    assert exchange.call("get_order", actor=person("per_wife"), order_id=order["id"])
    for stranger in (person("per_zhao"), person("per_li", "com_other")):
        for call in ("get_order", "cancel_order"):
            with pytest.raises(errors.NotFound):
                exchange.call(call, actor=stranger, order_id=order["id"])
        assert exchange.call("list_orders", actor=stranger)["data"] == []


def test_orders_are_listed_page_by_page_newest_first(exchange):
    rice = exchange.reward()
    made = [exchange.order(rice)["id"] for _ in range(3)]

    first = exchange.call("list_orders", actor=person("per_wife"), limit=2)
    second = exchange.call("list_orders", actor=person("per_wife"), limit=2, cursor=first["next_cursor"])

    assert [order["id"] for order in first["data"] + second["data"]] == made[::-1]
    assert second["next_cursor"] is None


def test_orders_are_listed_by_several_states_and_by_when_they_changed(exchange):
    exchange.at(NOW)
    rice = exchange.reward()
    cancelled, confirmed, placed = exchange.order(rice), exchange.confirmed(rice), exchange.order(rice)

    def listed(**wanted):
        return [order["id"] for order in exchange.call("list_orders", actor=person("per_wife"), **wanted)["data"]]

    exchange.later(minutes=10)
    exchange.call("cancel_order", actor=person("per_li"), order_id=cancelled["id"])
    since = (NOW + timedelta(minutes=5)).isoformat()

    assert listed(status=["placed", "confirmed"]) == [placed["id"], confirmed["id"]]
    assert listed(status="cancelled") == listed(changed_since=since) == [cancelled["id"]]
    assert listed(status=["placed"], changed_since=since) == []


def test_an_order_names_where_it_is_redeemed_and_where_it_was(exchange):
    till = exchange.shop()
    order = exchange.confirmed(exchange.reward(merchant_ids=[till["merchant"]]))
    assert (order["merchant_names"], order["merchant_name"]) == (["善治超市"], None)

    exchange.call("redeem_voucher", actor=till, code=order["voucher"]["code"], merchant_reference="r-1")
    [shown] = exchange.call("list_orders", actor=person("per_li"))["data"]

    assert shown["merchant_name"] == "善治超市"
    assert [step.get("merchant_name") for step in shown["steps"]][-1] == "善治超市"


def test_a_reward_can_be_ordered_while_it_is_on_offer(exchange):
    today = NOW.date()
    exchange.reward(ends_on=(today - timedelta(days=1)).isoformat())
    later = exchange.reward(starts_on=(today + timedelta(days=1)).isoformat())

    assert exchange.call("list_rewards", actor=person("per_li"))["data"] == []
    assert len(exchange.call("list_rewards", actor=person("per_committee"), all=True)["data"]) == 2
    with pytest.raises(errors.RewardUnavailable):
        exchange.order(later)


def test_only_reward_managers_change_rewards(exchange):
    with pytest.raises(errors.RoleMissing):
        exchange.call("offer_reward", actor=person("per_li"), merchant_ids=[])
    with pytest.raises(errors.Invalid):
        exchange.reward(merchant_ids=["mer_unknown"])


def test_a_persons_limit_holds_when_they_move(exchange):
    limited = exchange.reward(limit_per_person=1)
    exchange.order(limited)
    assert exchange.order(limited, "per_wife")
    moved = {"household": "hou_2", "tenure": "tenant", "since": NOW.date(), "sequence": 2}
    exchange.handle(registry.ResidentMoved(community=COMMUNITY, person="per_li", **moved))
    with pytest.raises(errors.LimitReached):
        exchange.order(limited)


def test_a_holder_is_reminded_once_before_the_voucher_lapses(exchange):
    order = exchange.confirmed(exchange.reward())

    assert exchange.later(days=15).tick("remind") == []
    [lapsing] = exchange.later(days=1).tick("remind")
    assert exchange.tick("remind") == []

    shown = exchange.call("get_order", actor=person("per_li"), order_id=order["id"])
    assert (lapsing.name(), lapsing.person) == ("VoucherLapsing", "per_li")
    assert (shown["lapses_in_days"], shown["steps"][-1]["step"]) == (14, "reminded")
    assert shown["reminded_at"] is not None


def test_concurrent_replicas_remind_of_a_voucher_once(exchange):
    for _ in range(3):
        exchange.confirmed(exchange.reward())
    exchange.later(days=16)
    emitted_before = len(exchange.emitted)

    race(*[lambda: exchange.tick("remind")] * 4)

    assert names(exchange.emitted[emitted_before:]) == ["VoucherLapsing"] * 3


def test_a_community_benefit_is_redeemed_once_by_staff(exchange):
    seat = exchange.reward(kind="priority", name="活动室优先预约", points=15)
    order = exchange.confirmed(seat)
    code = order["voucher"]["code"]

    with pytest.raises(errors.RoleMissing):
        exchange.call("honour_benefit", actor=person("per_wife"), code=code)
    assert race(*[lambda: exchange.call("honour_benefit", actor=person("per_zhou"), code=code)] * 3) == {
        "done": 1,
        "voucher_already_redeemed": 2,
    }
    assert status(exchange, order) == "redeemed"


def test_a_household_sees_and_counts_the_orders_of_one_merged_into_it(exchange):
    limited = exchange.reward(limit_per_household=1)
    order = exchange.order(limited)
    since = NOW.date()
    for person_id in ("per_li", "per_wife"):
        moved = {"household": "hou_2", "tenure": "tenant", "since": since, "sequence": 2}
        exchange.handle(registry.ResidentMoved(community=COMMUNITY, person=person_id, **moved))
    exchange.handle(registry.HouseholdMerged(community=COMMUNITY, household="hou_1", into="hou_2", since=since))

    assert exchange.call("get_order", actor=person("per_zhao"), order_id=order["id"])["id"] == order["id"]
    with pytest.raises(errors.LimitReached):
        exchange.order(limited, "per_zhao")


def test_names_of_merchants_are_those_of_the_callers_community(exchange):
    merchant = exchange.shop()["merchant"]

    assert exchange.call("merchant_names", actor=person("per_li"), ids=[merchant, "mer_unknown"]) == {
        merchant: "善治超市"
    }
    assert exchange.call("merchant_names", actor=person("per_li", "com_other"), ids=[merchant]) == {}
