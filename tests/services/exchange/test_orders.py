"""The rules of orders and vouchers, without a database or a broker."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import (
    Invalid,
    LimitReached,
    OutOfStock,
    RewardUnavailable,
    VoucherAlreadyRedeemed,
    VoucherExpired,
    WrongMerchant,
    WrongState,
)
from contracts.exchange import (
    CodesIssued,
    OrderCancelled,
    VoucherIssued,
    VoucherLapsed,
    VoucherLapsing,
    VoucherRedeemed,
)
from contracts.policy import DEFAULT, Policy
from services.exchange.domain import codes
from services.exchange.domain.orders import HOLD_TIMEOUT, Order, State
from services.exchange.domain.purchases import HoldState
from services.exchange.domain.rewards import Ordered
from tests.services.exchange.factories import COMMUNITY, NOW, PAYER, SHOP, confirmed, placed, rice

LATER = NOW + timedelta(days=31)


def names(events):
    return [event.name() for event in events]


def test_an_order_reserves_stock_and_requests_a_hold():
    reward = rice()

    order, events = Order.place(reward, 2, PAYER, policy=DEFAULT, at=NOW)

    assert (reward.reserved, reward.left, order.points) == (2, 8, 100)
    assert names(events) == ["OrderPlaced"]
    assert (events[0].hold, events[0].points, events[0].account) == (order.hold, 100, "hou_1")


def test_nobody_orders_more_than_is_left():
    reward = rice(stock=3)
    placed(reward, 2)

    with pytest.raises(OutOfStock) as refused:
        placed(reward, 2)

    assert refused.value.facts == {"left": 1}


def test_a_household_never_exceeds_its_limit():
    with pytest.raises(LimitReached):
        Order.place(rice(limit_per_household=2), 1, PAYER, ordered_before=Ordered(household=2), policy=DEFAULT, at=NOW)


def test_a_person_never_exceeds_their_own_limit_whatever_the_household_ordered():
    card = rice(limit_per_person=1)
    assert Order.place(card, 1, PAYER, ordered_before=Ordered(household=5), policy=DEFAULT, at=NOW)
    with pytest.raises(LimitReached) as refused:
        Order.place(card, 1, PAYER, ordered_before=Ordered(person=1), policy=DEFAULT, at=NOW)
    assert refused.value.facts == {"limit": 1, "ordered": 1}


@pytest.mark.parametrize(
    "terms", [{"listed": False}, {"starts_on": LATER.date()}, {"ends_on": (NOW - timedelta(days=1)).date()}]
)
def test_only_rewards_on_offer_can_be_ordered(terms):
    with pytest.raises(RewardUnavailable):
        placed(rice(**terms))


def test_a_held_order_has_a_voucher_until_the_end_of_the_thirtieth_day():
    order = placed(rice())

    [issued] = order.hold_placed(NOW)

    assert isinstance(issued, VoucherIssued)
    assert order.state == State.CONFIRMED
    assert len(order.code) >= 12
    assert issued.expires_at == datetime(2026, 12, 3, 16, tzinfo=UTC), "midnight in Shanghai, after 3 December"


def test_a_refused_hold_gives_the_stock_back():
    reward = rice()
    order = placed(reward, 3)

    order.hold_refused_for(reward, 42, NOW)

    assert (order.state, reward.reserved) == (State.REFUSED, 0)
    assert order.step("refused")["available"] == 42


def test_a_repeated_answer_changes_nothing():
    reward = rice()
    order = confirmed(reward)
    code, version = order.code, order.version

    assert order.hold_placed(NOW) == []
    order.hold_refused_for(reward, 0, NOW)

    assert (order.code, order.version, reward.reserved) == (code, version, 1)


def test_an_order_cancelled_before_the_answer_releases_the_hold_after_it():
    reward = rice()
    order = placed(reward)

    assert order.cancel(reward, by="per_li", at=NOW) == []
    assert reward.reserved == 0
    assert names(order.hold_placed(NOW)) == ["OrderCancelled"]
    assert (order.state, order.code) == (State.CANCELLED, None)


def test_an_order_cancelled_before_a_refusal_has_nothing_to_release():
    reward = rice()
    order = placed(reward)
    order.cancel(reward, by="per_li", at=NOW)

    order.hold_refused_for(reward, 0, NOW)

    assert (order.state, order.hold_state, reward.reserved) == (State.CANCELLED, HoldState.REFUSED, 0)


def test_an_order_that_is_never_answered_gives_its_stock_back():
    reward = rice()
    order = placed(reward)

    assert order.lapse(reward, at=NOW + HOLD_TIMEOUT / 2) == []
    assert reward.reserved == 1
    assert order.lapse(reward, at=NOW + HOLD_TIMEOUT) == []

    assert (order.state, reward.reserved) == (State.CANCELLED, 0)
    assert names(order.hold_placed(LATER)) == ["OrderCancelled"]


def test_a_voucher_is_redeemed_once():
    reward = rice()
    order = confirmed(reward)

    [redeemed] = order.redeem(reward, merchant=SHOP, at=NOW)

    assert isinstance(redeemed, VoucherRedeemed)
    assert (reward.reserved, reward.sold) == (0, 1)
    with pytest.raises(VoucherAlreadyRedeemed):
        order.redeem(reward, merchant=SHOP, at=NOW)
    with pytest.raises(WrongState):
        order.cancel(reward, by="per_li", at=NOW)


def test_a_merchant_redeems_only_its_own_rewards():
    reward = rice()
    with pytest.raises(WrongMerchant):
        confirmed(reward).redeem(reward, merchant="mer_other", at=NOW)


def test_a_reward_without_named_merchants_is_redeemed_everywhere():
    reward = rice(merchants=[])
    assert confirmed(reward).redeem(reward, merchant="mer_other", at=NOW)


def test_an_unused_voucher_lapses_and_gives_its_stock_back():
    reward = rice()
    order = confirmed(reward)

    with pytest.raises(VoucherExpired):
        order.redeem(reward, merchant=SHOP, at=LATER)
    [lapsed] = order.lapse(reward, at=LATER)

    assert isinstance(lapsed, VoucherLapsed)
    assert (order.state, reward.reserved) == (State.LAPSED, 0)


@pytest.mark.parametrize(("voucher_days", "days_before"), [(30, 15), (90, 30), (1, 0.5)])
def test_a_holder_is_reminded_once_a_month_before_or_halfway(voucher_days, days_before):
    policy = Policy(voucher_days=voucher_days, voucher_reminder_days=30)
    order, _ = Order.place(rice(), 1, PAYER, policy=policy, at=NOW)
    order.hold_placed(NOW)
    when = order.expires_at - timedelta(days=days_before)

    assert order.remind(when - timedelta(seconds=1)) == []
    [lapsing] = order.remind(when)
    assert isinstance(lapsing, VoucherLapsing)
    assert order.remind(when + timedelta(hours=1)) == []


def test_nobody_is_reminded_of_a_redeemed_voucher():
    reward = rice()
    order = confirmed(reward)
    order.redeem(reward, merchant=SHOP, at=NOW)
    assert order.remind(LATER) == []
    assert order.days_left(NOW) is None


def test_codes_count_as_sold_when_issued():
    coupon = rice(kind="coupon", gives="codes", stock=None)
    coupon.add_codes(["A-1", "A-2"])
    order = placed(coupon)

    [issued] = order.hold_placed_for(coupon, NOW)

    assert isinstance(issued, CodesIssued)
    assert (order.state, order.code, coupon.left, coupon.sold) == (State.ISSUED, None, 1, 1)
    assert order.hold_placed_for(coupon, NOW) == []
    with pytest.raises(WrongState):
        order.cancel(coupon, by="per_li", at=NOW)


def test_codes_of_a_cancelled_order_stay_in_stock():
    coupon = rice(kind="coupon", gives="codes", stock=None)
    coupon.add_codes(["A-1"])
    order = placed(coupon)
    order.cancel(coupon, by="per_li", at=NOW)

    [cancelled] = order.hold_placed_for(coupon, NOW)

    assert isinstance(cancelled, OrderCancelled)
    assert (coupon.left, coupon.sold) == (1, 0)


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"gives": "codes", "stock": None}, "/gives"),
        ({"kind": "coupon", "gives": "codes", "stock": 5}, "/stock"),
        ({"stock": None}, "/stock"),
    ],
)
def test_contradicting_terms_are_refused_with_a_pointer(terms, pointer):
    with pytest.raises(Invalid) as refused:
        rice(**terms)
    assert refused.value.errors[0]["pointer"] == pointer


def test_what_a_reward_gives_never_changes():
    with pytest.raises(Invalid):
        rice(kind="coupon").revise(gives="codes", stock=10)


def test_a_priority_is_redeemed_by_the_community():
    seat = rice(kind="priority", merchants=[])
    [redeemed] = confirmed(seat).honour_benefit(seat, by="per_zhou", at=NOW)
    assert redeemed.merchant == COMMUNITY
    goods = rice(merchants=[])
    with pytest.raises(WrongMerchant):
        confirmed(goods).honour_benefit(goods, by="per_zhou", at=NOW)


def test_a_cancelled_voucher_is_not_redeemed():
    reward = rice()
    order = confirmed(reward)

    [cancelled] = order.cancel(reward, by="per_li", at=NOW)

    assert isinstance(cancelled, OrderCancelled)
    with pytest.raises(VoucherExpired):
        order.redeem(reward, merchant=SHOP, at=NOW)


def test_a_test_order_does_not_touch_the_stock():
    reward = rice()
    order = placed(reward, mode="test")
    order.hold_placed(NOW)
    order.redeem(reward, merchant=SHOP, at=NOW)

    assert (reward.reserved, reward.sold) == (0, 0)


def test_a_code_is_normalized_however_it_is_typed():
    assert codes.normalized(codes.grouped("7K3M9Q2PXW10").lower().replace("0", "o").replace("1", "l")) == "7K3M9Q2PXW10"


STEPS = ("hold_placed", "hold_refused", "cancel", "remind", "lapse", "redeem", "hold_ended")


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_in_any_order_of_steps_a_hold_ends_at_most_once_and_stock_adds_up(steps):
    reward = rice()
    order = placed(reward, 2)
    endings = []

    def hold_ended():
        if endings:
            order.hold_ended(HoldState.CAPTURED if isinstance(endings[0], VoucherRedeemed) else HoldState.RELEASED, NOW)

    take = {
        "hold_placed": lambda: order.hold_placed(NOW),
        "hold_refused": lambda: order.hold_refused_for(reward, 0, NOW),
        "cancel": lambda: order.cancel(reward, by="per_li", at=NOW),
        "remind": lambda: order.remind(LATER),
        "lapse": lambda: order.lapse(reward, at=LATER),
        "redeem": lambda: order.redeem(reward, merchant=SHOP, at=NOW),
        "hold_ended": hold_ended,
    }
    for step in steps:
        with contextlib.suppress(WrongState, VoucherExpired, VoucherAlreadyRedeemed):
            endings += [event for event in take[step]() or [] if not isinstance(event, (VoucherIssued, VoucherLapsing))]

    decided = order.state not in (State.PLACED, State.CONFIRMED)
    assert len(endings) == (decided and order.hold_state not in (HoldState.REQUESTED, HoldState.REFUSED))
    assert reward.reserved == (0 if decided else 2)
    assert reward.sold == (2 if order.state == State.REDEEMED else 0)
