"""Orders over HTTP: stock, limits, vouchers, cancellation, each under concurrent requests (R25, R28)."""

from functools import partial

import pytest

from deploy.demo.api_client import ApiClient, retry_until_known, wait_for
from tests.flows.community import Community, expect_refused
from tests.flows.concurrency import error_codes, run_concurrently


@pytest.fixture(scope="module")
def till(community: Community) -> ApiClient:
    """A till in a community in which three residents have points."""
    community.credit_points(张三=100, 孙八=100, 周九=100)
    return community.create_till()


def test_r28_concurrent_orders_never_exceed_the_stock(community: Community, till: ApiClient) -> None:
    soap = community.create_reward(name="香皂", points=1, stock=3)
    order = {"reward_id": soap}
    for name in ("张三", "孙八", "周九"):
        retry_until_known(partial(community[name].get, f"/v1/rewards/{soap}"))
    orders = [partial(community[name].post, "/v1/orders", order) for name in ("张三", "孙八", "周九") * 3]
    assert error_codes(run_concurrently(*orders)) == ["out_of_stock"] * 6
    assert community["张三"].get(f"/v1/rewards/{soap}")["left"] == 0


def test_r28_points_are_never_spent_twice(community: Community, till: ApiClient) -> None:
    oil = community.create_reward(name="食用油", points=60, stock=100)
    wait_for("the release of earlier holds", lambda: community.passbook("周九")["held"] <= 40)
    orders = run_concurrently(*[partial(community["周九"].post, "/v1/orders", {"reward_id": oil})] * 5)
    assert error_codes(orders) == ["insufficient_points"] * 4
    assert community.passbook("周九")["available"] < 60


def test_r28_a_voucher_is_redeemed_once_at_all_tills(community: Community, till: ApiClient) -> None:
    code = community.place_order("张三", community.create_reward(points=10))["voucher"]["code"]
    tills = [till, community.create_till("二店"), community.create_till("三店")]
    form = {"code": code}
    outcomes = run_concurrently(*[partial(each.post, "/v1/merchant/voucher-redemptions", form) for each in tills * 2])
    assert error_codes(outcomes) == ["voucher_already_redeemed"] * 5


def test_a_cancelled_order_returns_points_and_stock(community: Community, till: ApiClient) -> None:
    before, rice = community.passbook("孙八")["available"], community.create_reward(points=10, stock=1)
    order = community.place_order("孙八", rice)
    with expect_refused("out_of_stock", 409):
        community["张三"].post("/v1/orders", {"reward_id": rice})
    assert community["孙八"].post(f"/v1/orders/{order['id']}/cancel")["status"] == "cancelled"
    with expect_refused("voucher_expired", 410):
        till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    wait_for("the points", lambda: community.passbook("孙八")["available"] == before)
    community.place_order("张三", rice)


def test_a_voucher_of_one_merchant_is_not_redeemed_at_another(community: Community, till: ApiClient) -> None:
    merchant = community.committee.get("/v1/merchants")["data"][0]
    other = community.create_till("只此一家")
    [only] = [each for each in community.committee.all("/v1/merchants") if each["name"] == "只此一家"]
    assert only["id"] != merchant["id"]
    order = community.place_order("张三", community.create_reward(points=5, merchant_ids=[only["id"]]))
    with expect_refused("wrong_merchant", 403):
        till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    other.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})


def test_r25_concurrent_orders_of_a_household_never_exceed_its_limit(community: Community, till: ApiClient) -> None:
    card = community.create_reward(name="九折卡", points=1, stock=100, limit_per_household=2)
    retry_until_known(partial(community["张三"].get, f"/v1/rewards/{card}"))
    orders = run_concurrently(*[partial(community["张三"].post, "/v1/orders", {"reward_id": card})] * 5)
    assert error_codes(orders) == ["limit_reached"] * 3


def test_r6_a_head_orders_for_a_resident_who_agrees_or_shows_a_pay_code(community: Community, till: ApiClient) -> None:
    head, resident, reward = community["陈院长"], community["孙八"], community.create_reward(points=5)
    form = {"reward_id": reward, "person_id": community.person_ids["孙八"]}
    order = retry_until_known(lambda: head.post("/v1/orders", form))
    assert (order["status"], order["voucher"]) == ("awaiting_consent", None)
    assert [each["id"] for each in resident.all("/v1/orders", unseen="true")] == [order["id"]]
    with expect_refused("role_missing", 403):
        head.post(f"/v1/orders/{order['id']}/consent")

    assert resident.post(f"/v1/orders/{order['id']}/consent")["status"] == "confirmed"
    assert resident.post(f"/v1/orders/{order['id']}/seen")["seen_at"]
    read = head.get(f"/v1/orders/{order['id']}")
    assert (read["person_name"], read["placed_by_name"]) == ("孙八", "陈院长")
    assert head.read(f"/v1/orders/{order['id']}/voucher.png").startswith(b"\x89PNG")

    shown = resident.post("/v1/me/paycode")["paycode"]
    assert head.post("/v1/orders", {"reward_id": reward, "paycode": shown})["status"] == "confirmed"
    refused = head.post("/v1/orders", form)
    assert resident.post(f"/v1/orders/{refused['id']}/refusal")["status"] == "cancelled"
    with expect_refused("role_missing", 403):
        community["陈院长"].post(
            "/v1/orders", {"reward_id": order["reward"]["id"], "person_id": community.person_ids["张三"]}
        )
