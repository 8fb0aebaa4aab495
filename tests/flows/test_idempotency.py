"""One effect per idempotency key, also from fifty at once; the same key with other words has none (invariants 5, 6)."""

import uuid
from functools import partial

import httpx
import pytest
from sqlalchemy import NullPool, create_engine, text

from deploy.demo.visitors import Visitor, once_told
from deploy.local.stack import Stack
from tests.flows.at_once import at_once
from tests.flows.village import Answer, Village

FIFTY = 50


@pytest.fixture(scope="module")
def shopper(village: Village) -> Visitor:
    """Somebody with points, at a shelf with soap."""
    village.earn(孙八=200)
    return village["孙八"]


def _fifty_times(by: Visitor, path: str, form: Answer) -> Answer:
    """Post the same fifty times at once, and once more after all; the one body that all answers had."""
    post = partial(by.send, "POST", path, json=form, headers={"Idempotency-Key": uuid.uuid4().hex})
    answers = [answer for answer in at_once(*[post] * FIFTY) if isinstance(answer, httpx.Response)]
    made = [answer for answer in answers if answer.status_code == 201]
    turned_away = [(answer.status_code, answer.json()["code"]) for answer in answers if answer not in made]
    assert set(turned_away) <= {(409, "request_in_progress"), (503, "temporarily_unavailable")}, turned_away
    made.append(post())
    assert made[-1].headers["Idempotent-Replayed"] == "true"
    assert sum("Idempotent-Replayed" not in answer.headers for answer in made) <= 1
    assert len({answer.content for answer in made}) == 1
    body: Answer = made[0].json()
    return body


def test_fifty_identical_declarations_are_one_claim(village: Village) -> None:
    by = village["张三"]
    once_told(lambda: by.get("/v1/claims"))
    claim = _fifty_times(by, "/v1/claims", village.deed("council"))
    assert [each["id"] for each in by.all("/v1/claims")] == [claim["id"]]


def test_fifty_identical_orders_are_one_order_and_one_hold(village: Village, shopper: Visitor, stack: Stack) -> None:
    soap = village.reward(name="香皂", points=10, stock=100)
    once_told(lambda: shopper.get(f"/v1/rewards/{soap}"))
    order = _fifty_times(shopper, "/v1/orders", {"reward_id": soap})
    assert [each["id"] for each in shopper.all("/v1/orders")] == [order["id"]]
    assert village.book("孙八")["held"] == 10
    store = create_engine(stack.database_uris["exchange"], poolclass=NullPool)
    with store.connect() as connection:
        counted = text("SELECT count(*) FROM orders WHERE community = :community")
        assert connection.execute(counted, {"community": village.id}).scalar_one() == 1


def test_fifty_identical_redemptions_are_one_line_of_the_statement(village: Village, shopper: Visitor) -> None:
    till = village.shop()
    order = village.order("孙八", village.reward(points=10))
    redemption = _fifty_times(till, "/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    assert redemption["points"] == 10
    assert [line["points"] for line in till.get("/v1/merchant/transactions")["data"]] == [10]


def test_fifty_identical_endpoints_are_one_with_one_secret(village: Village) -> None:
    till = village.shop("四店", mode="test")
    endpoint = _fifty_times(till, "/v1/merchant/webhook-endpoints", {"url": "https://shop.example.org/hook"})
    assert [each["id"] for each in till.get("/v1/merchant/webhook-endpoints")["data"]] == [endpoint["id"]]
    path, key = f"/v1/merchant/webhook-endpoints/{endpoint['id']}/rotate-secret", uuid.uuid4().hex
    rotated = [till.post(path, key=key) for _ in range(2)]
    assert rotated[0] == rotated[1]
    assert rotated[0]["secret"] != endpoint["secret"]


def test_a_repeat_is_told_the_key_the_pin_and_the_invitation_that_were_told_first(village: Village) -> None:
    [merchant] = [each for each in village.committee.all("/v1/merchants") if each["name"] == "四店"]
    for path, form, secret in (
        (f"/v1/merchants/{merchant['id']}/keys", {"mode": "live"}, "signing_secret"),
        (f"/v1/households/{village.household_of('周九')}/cards", {}, "pin"),
        (f"/v1/residents/{village.people['周九']}/invitations", {}, "invite_code"),
    ):
        key = uuid.uuid4().hex
        first, again = (village.committee.post_raw(path, form, key) for _ in range(2))
        assert (first.content, again.headers["Idempotent-Replayed"]) == (again.content, "true")
        assert first.json()[secret]


def test_the_same_key_with_other_words_is_refused_without_effect(village: Village) -> None:
    by, key = village["李四"], {"Idempotency-Key": uuid.uuid4().hex}
    once_told(lambda: by.get("/v1/claims"))
    first = by.send("POST", "/v1/claims", json=village.deed("council", day=3), headers=key)
    other = by.send("POST", "/v1/claims", json=village.deed("council", day=4), headers=key)
    elsewhere = by.send("POST", f"/v1/claims/{first.json()['id']}/withdraw", json={}, headers=key)
    assert (first.status_code, other.status_code) == (201, 422)
    assert other.json()["code"] == "idempotency_key_reused"
    assert [(each["id"], each["status"]) for each in by.all("/v1/claims")] == [(first.json()["id"], "submitted")]
    assert elsewhere.json()["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_its_caller(village: Village) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = [
        once_told(lambda name=name: village[name].send("POST", "/v1/claims", json=village.deed("council"), headers=key))
        for name in ("周九", "陈院长")
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] != made[1].json()["id"]


def test_what_was_refused_may_be_tried_again_with_the_same_key(village: Village, shopper: Visitor) -> None:
    key, soap = {"Idempotency-Key": uuid.uuid4().hex}, village.reward(name="皂", points=1, stock=0)
    order = partial(shopper.send, "POST", "/v1/orders", json={"reward_id": soap}, headers=key)
    once_told(lambda: shopper.get(f"/v1/rewards/{soap}"))
    assert order().json()["code"] == "out_of_stock"
    terms = {"kind": "goods", "name": "皂", "points": 1, "stock": 1}
    village.committee.put(f"/v1/rewards/{soap}", terms)
    assert order().status_code == 201


def test_tills_must_name_a_key(village: Village) -> None:
    till = village.shop("三店")
    answer = till.send("POST", "/v1/merchant/voucher-redemptions", json={"code": "7K3M-9Q2P-XW4T"})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
