"""Ordering from the shelf: stock sold once, vouchers honoured once, orders taken back (R25, R28)."""

from functools import partial

import pytest

from deploy.demo.visitors import Visitor, once_told, until
from tests.flows.at_once import at_once, refusals
from tests.flows.village import Village, refused


@pytest.fixture(scope="module")
def till(village: Village) -> Visitor:
    """A shop's till in a village where three have points."""
    village.earn(张三=100, 孙八=100, 周九=100)
    return village.shop()


def test_r28_the_last_pieces_of_a_stock_go_to_as_many_and_no_more(village: Village, till: Visitor) -> None:
    soap = village.reward(name="香皂", points=1, stock=3)
    order = {"reward_id": soap}
    for name in ("张三", "孙八", "周九"):
        once_told(partial(village[name].get, f"/v1/rewards/{soap}"))
    racers = [partial(village[name].post, "/v1/orders", order) for name in ("张三", "孙八", "周九") * 3]
    assert refusals(at_once(*racers)) == ["out_of_stock"] * 6
    assert village["张三"].get(f"/v1/rewards/{soap}")["left"] == 0


def test_r28_points_are_never_spent_twice(village: Village, till: Visitor) -> None:
    oil = village.reward(name="食用油", points=60, stock=100)
    until("all points at hand", lambda: village.book("周九")["held"] <= 40)
    orders = at_once(*[partial(village["周九"].post, "/v1/orders", {"reward_id": oil})] * 5)
    assert refusals(orders) == ["insufficient_points"] * 4
    assert village.book("周九")["available"] < 60


def test_r28_a_voucher_is_honoured_once_across_all_tills(village: Village, till: Visitor) -> None:
    code = village.order("张三", village.reward(points=10))["voucher"]["code"]
    tills = [till, village.shop("二店"), village.shop("三店")]
    form = {"code": code}
    outcomes = at_once(*[partial(each.post, "/v1/merchant/voucher-redemptions", form) for each in tills * 2])
    assert refusals(outcomes) == ["voucher_already_redeemed"] * 5


def test_an_order_taken_back_gives_points_and_stock_back(village: Village, till: Visitor) -> None:
    before, rice = village.book("孙八")["available"], village.reward(points=10, stock=1)
    order = village.order("孙八", rice)
    with refused("out_of_stock", 409):
        village["张三"].post("/v1/orders", {"reward_id": rice})
    assert village["孙八"].post(f"/v1/orders/{order['id']}/cancel")["status"] == "cancelled"
    with refused("voucher_expired", 410):
        till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    until("the points", lambda: village.book("孙八")["available"] == before)
    village.order("张三", rice)


def test_a_voucher_of_one_shop_is_not_honoured_at_another(village: Village, till: Visitor) -> None:
    merchant = village.committee.get("/v1/merchants")["data"][0]
    other = village.shop("只此一家")
    [only] = [each for each in village.committee.all("/v1/merchants") if each["name"] == "只此一家"]
    assert only["id"] != merchant["id"]
    order = village.order("张三", village.reward(points=5, merchant_ids=[only["id"]]))
    with refused("wrong_merchant", 403):
        till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    other.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})


def test_r25_a_household_orders_no_more_than_its_limit(village: Village, till: Visitor) -> None:
    card = village.reward(name="九折卡", points=1, stock=100, limit_per_household=2)
    once_told(partial(village["张三"].get, f"/v1/rewards/{card}"))
    orders = at_once(*[partial(village["张三"].post, "/v1/orders", {"reward_id": card})] * 5)
    assert refusals(orders) == ["limit_reached"] * 3


def test_r6_somebody_without_a_phone_is_ordered_for_by_the_head(village: Village, till: Visitor) -> None:
    order = village.order("陈院长", village.reward(points=5), person_id=village.people["孙八"])
    assert (order["person_name"], order["placed_by_name"]) == ("孙八", "陈院长")
    assert village["陈院长"].read(f"/v1/orders/{order['id']}/voucher.png").startswith(b"\x89PNG")
    with refused("role_missing", 403):
        village["陈院长"].post("/v1/orders", {"reward_id": order["reward"]["id"], "person_id": village.people["张三"]})
