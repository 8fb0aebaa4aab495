"""Coupons from a merchant's own codes, through the service on real PostgreSQL (R25)."""

import pytest

from contracts import errors
from contracts.aggregation import HoldPlaced
from tests.services.exchange.concurrency import race
from tests.services.exchange.conftest import person
from tests.services.exchange.factories import COMMUNITY, NOW

CHAIR = person("per_committee")


@pytest.fixture
def coupon(exchange):
    """理发优惠券: three codes in the pool."""
    reward = exchange.reward(kind="coupon", name="理发优惠券", points=10, gives="codes", stock=None)
    exchange.call("add_codes", actor=CHAIR, reward_id=reward, codes=["LF-0001", "LF-0002", "LF-0003"])
    return reward


def left(exchange, reward):
    found = exchange.call("get_reward", actor=person("per_li"), reward_id=reward)
    return found["stock"], found["left"], found["sold"]


def test_a_coupons_codes_are_its_stock_and_each_goes_to_one_buyer(exchange, coupon):
    assert left(exchange, coupon) == (3, 3, 0)

    two = exchange.confirmed(coupon, quantity=2)
    one = exchange.confirmed(coupon, "per_zhao")

    assert (two["status"], two["codes"], two["voucher"]) == ("issued", ["LF-0001", "LF-0002"], None)
    assert one["codes"] == ["LF-0003"]
    assert [step["step"] for step in one["steps"]] == ["placed", "issued"]
    assert exchange.emitted[-1].name() == "CodesIssued"
    assert left(exchange, coupon) == (3, 0, 3)
    with pytest.raises(errors.OutOfStock):
        exchange.order(coupon)


def test_codes_are_shown_only_once_they_are_paid_for(exchange, coupon):
    assert exchange.order(coupon)["codes"] == []
    listed = exchange.call("list_orders", actor=person("per_li"))["data"]
    assert [order["codes"] for order in listed] == [[]]


def test_a_repeated_hold_answer_issues_codes_once(exchange, coupon):
    exchange.order(coupon)
    request = exchange.emitted[-1]
    answer = HoldPlaced(community=COMMUNITY, hold=request.hold, account="hou_1", points=10, at=NOW)
    exchange.handle(answer)
    exchange.handle(answer)
    assert left(exchange, coupon) == (3, 2, 1)


def test_a_refused_or_cancelled_order_takes_no_code(exchange, coupon):
    exchange.order(coupon)
    exchange.hold(exchange.emitted[-1], available=3)
    order = exchange.order(coupon)
    request = exchange.emitted[-1]
    exchange.call("cancel_order", actor=person("per_li"), order_id=order["id"])
    exchange.hold(request)

    assert left(exchange, coupon) == (3, 3, 0)
    assert exchange.confirmed(coupon)["codes"] == ["LF-0001"]


def test_a_code_that_was_uploaded_before_is_refused_with_its_place_and_nothing_is_added(exchange, coupon):
    with pytest.raises(errors.CodesTaken) as refused:
        exchange.call("add_codes", actor=CHAIR, reward_id=coupon, codes=["LF-0009", "LF-0002"])
    assert [error["pointer"] for error in refused.value.errors] == ["/codes/1"]
    with pytest.raises(errors.Invalid) as refused:
        exchange.call("add_codes", actor=CHAIR, reward_id=coupon, codes=["LF-0009", "LF-0008", "LF-0009"])
    assert [error["pointer"] for error in refused.value.errors] == ["/codes/2"]
    assert left(exchange, coupon) == (3, 3, 0)


def test_only_reward_managers_add_codes_and_only_to_rewards_that_give_them(exchange, coupon):
    with pytest.raises(errors.RoleMissing):
        exchange.call("add_codes", actor=person("per_li"), reward_id=coupon, codes=["X-1234"])
    with pytest.raises(errors.WrongState):
        exchange.call("add_codes", actor=CHAIR, reward_id=exchange.reward(), codes=["X-1234"])
    with pytest.raises(errors.NotFound):
        exchange.call("add_codes", actor=CHAIR, reward_id="rwd_none", codes=["X-1234"])


def test_concurrent_buyers_get_each_code_once(exchange, coupon):
    ended = race(*[lambda: exchange.order(coupon)] * 7)
    assert ended == {"done": 3, "out_of_stock": 4}

    requests = [event for event in exchange.emitted if event.name() == "OrderPlaced"]
    race(*[lambda event=event: exchange.hold(event) for event in requests])

    orders = exchange.call("list_orders", actor=person("per_li"))["data"]
    assert sorted(code for order in orders for code in order["codes"]) == ["LF-0001", "LF-0002", "LF-0003"]
    assert left(exchange, coupon) == (3, 0, 3)


def test_the_same_codes_uploaded_concurrently_are_added_once(exchange, coupon):
    def upload():
        exchange.call("add_codes", actor=CHAIR, reward_id=coupon, codes=["LF-0007", "LF-0008"])

    assert race(*[upload] * 4) == {"done": 1, "codes_taken": 3}
    assert left(exchange, coupon) == (5, 5, 0)


def test_test_mode_issues_no_codes(exchange, coupon):
    with pytest.raises(errors.RewardUnavailable):
        exchange.call("make_test_voucher", actor=exchange.shop("test"), reward_id=coupon)
