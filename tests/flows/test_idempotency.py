"""An idempotency key has one effect, also in fifty concurrent requests; a changed body has none (invariants 5, 6)."""

import uuid
from functools import partial

import httpx
import pytest
from sqlalchemy import text

from deploy.demo.api_client import ApiClient, retry_until_known
from deploy.local.stack import Stack
from tests.flows.community import Community, Json
from tests.flows.concurrency import run_concurrently
from tests.flows.database import transaction

REPEATS = 50


@pytest.fixture(scope="module")
def shopper(community: Community) -> ApiClient:
    """A resident with points."""
    community.credit_points(孙八=200)
    return community["孙八"]


def _post_repeatedly(client: ApiClient, path: str, form: Json) -> Json:
    """Post the same form fifty times concurrently and once more, and return the one body of all answers."""
    post = partial(client.send, "POST", path, json=form, headers={"Idempotency-Key": uuid.uuid4().hex})
    answers = [answer for answer in run_concurrently(*[post] * REPEATS) if isinstance(answer, httpx.Response)]
    created = [answer for answer in answers if answer.status_code == 201]
    refused = [(answer.status_code, answer.json()["code"]) for answer in answers if answer not in created]
    assert set(refused) <= {(409, "request_in_progress"), (503, "temporarily_unavailable")}, refused
    created.append(post())
    assert created[-1].headers["Idempotent-Replayed"] == "true"
    assert sum("Idempotent-Replayed" not in answer.headers for answer in created) <= 1
    assert len({answer.content for answer in created}) == 1
    body: Json = created[0].json()
    return body


def test_fifty_identical_claims_create_one_claim(community: Community) -> None:
    client = community["张三"]
    retry_until_known(lambda: client.get("/v1/claims"))
    claim = _post_repeatedly(client, "/v1/claims", community.claim_form("council"))
    assert [each["id"] for each in client.all("/v1/claims")] == [claim["id"]]


def test_fifty_identical_orders_create_one_order_and_one_hold(
    community: Community, shopper: ApiClient, stack: Stack
) -> None:
    soap = community.create_reward(name="香皂", points=10, stock=100)
    retry_until_known(lambda: shopper.get(f"/v1/rewards/{soap}"))
    order = _post_repeatedly(shopper, "/v1/orders", {"reward_id": soap})
    assert [each["id"] for each in shopper.all("/v1/orders")] == [order["id"]]
    assert community.passbook("孙八")["held"] == 10
    with transaction(stack.database_uris["exchange"]) as exchange:
        count = text("SELECT count(*) FROM orders WHERE community = :community")
        assert exchange.execute(count, {"community": community.id}).scalar_one() == 1


def test_fifty_identical_redemptions_create_one_settlement_line(community: Community, shopper: ApiClient) -> None:
    till = community.create_till()
    order = community.place_order("孙八", community.create_reward(points=10))
    redemption = _post_repeatedly(till, "/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})
    assert redemption["points"] == 10
    assert [line["points"] for line in till.get("/v1/merchant/transactions")["data"]] == [10]


def test_fifty_identical_endpoints_create_one_with_one_secret(community: Community) -> None:
    till = community.create_till("四店", mode="test")
    endpoint = _post_repeatedly(till, "/v1/merchant/webhook-endpoints", {"url": "https://shop.example.org/hook"})
    assert [each["id"] for each in till.get("/v1/merchant/webhook-endpoints")["data"]] == [endpoint["id"]]
    path, key = f"/v1/merchant/webhook-endpoints/{endpoint['id']}/rotate-secret", uuid.uuid4().hex
    rotated = [till.post(path, key=key) for _ in range(2)]
    assert rotated[0] == rotated[1]
    assert rotated[0]["secret"] != endpoint["secret"]


def test_a_repeat_returns_the_same_key_pin_and_invite_code(community: Community) -> None:
    [merchant] = [each for each in community.committee.all("/v1/merchants") if each["name"] == "四店"]
    for path, form, secret in (
        (f"/v1/merchants/{merchant['id']}/keys", {"mode": "live"}, "signing_secret"),
        (f"/v1/households/{community.household_id_of('周九')}/cards", {}, "pin"),
        (f"/v1/residents/{community.person_ids['周九']}/invitations", {}, "invite_code"),
    ):
        key = uuid.uuid4().hex
        first, again = (community.committee.post_raw(path, form, key) for _ in range(2))
        assert (first.content, again.headers["Idempotent-Replayed"]) == (again.content, "true")
        assert first.json()[secret]


def test_a_reused_key_with_another_body_is_refused_without_effect(community: Community) -> None:
    client, key = community["李四"], {"Idempotency-Key": uuid.uuid4().hex}
    retry_until_known(lambda: client.get("/v1/claims"))
    first = client.send("POST", "/v1/claims", json=community.claim_form("council", day=3), headers=key)
    changed = client.send("POST", "/v1/claims", json=community.claim_form("council", day=4), headers=key)
    other_path = client.send("POST", f"/v1/claims/{first.json()['id']}/withdraw", json={}, headers=key)
    assert (first.status_code, changed.status_code) == (201, 422)
    assert changed.json()["code"] == "idempotency_key_reused"
    assert [(each["id"], each["status"]) for each in client.all("/v1/claims")] == [(first.json()["id"], "submitted")]
    assert other_path.json()["code"] == "idempotency_key_reused"


def test_callers_may_use_the_same_key(community: Community) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    form = community.claim_form("council")
    answers = [
        retry_until_known(partial(community[name].send, "POST", "/v1/claims", json=form, headers=key))
        for name in ("周九", "陈院长")
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_a_refused_request_may_be_repeated_with_the_same_key(community: Community, shopper: ApiClient) -> None:
    key, soap = {"Idempotency-Key": uuid.uuid4().hex}, community.create_reward(name="皂", points=1, stock=0)
    order = partial(shopper.send, "POST", "/v1/orders", json={"reward_id": soap}, headers=key)
    retry_until_known(lambda: shopper.get(f"/v1/rewards/{soap}"))
    assert order().json()["code"] == "out_of_stock"
    terms = {"kind": "goods", "name": "皂", "points": 1, "stock": 1}
    community.committee.put(f"/v1/rewards/{soap}", terms)
    assert order().status_code == 201


def test_tills_must_send_a_key(community: Community) -> None:
    till = community.create_till("三店")
    answer = till.send("POST", "/v1/merchant/voucher-redemptions", json={"code": "7K3M-9Q2P-XW4T"})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")
