"""Every error code that docs/merchants.md lists for tills is returned by the running platform (R27, R28).

Each function with `@error` makes a request that fails; the decorator names the expected status and code.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from shanzhi_merchant import Signature
from sqlalchemy import text

from contracts import calendar
from deploy.demo.api_client import ApiClient, retry_until_known, wait_for
from deploy.local.stack import PROJECT, Stack
from gateway.app import create_app
from gateway.rpc import ConnectionPool
from gateway.settings import Settings
from tests.flows.community import Community, Json, expect_refused
from tests.flows.concurrency import run_concurrently
from tests.flows.database import transaction
from tests.flows.samples import wait_before_spending

RETRYABLE = {"request_in_progress", "rate_limited", "temporarily_unavailable"}


@dataclass
class Shop:
    """A merchant with its keys, and the requests of its tills."""

    community: Community
    stack: Stack
    merchant: str
    test: Json
    vouchers_only: Json
    live: Json

    @property
    def till(self) -> ApiClient:
        """Return a till with the test key."""
        return self.community.api.till(self.test)

    def pay(self, till: ApiClient | None = None, key: str = "", **form: object) -> httpx.Response:
        """Authorize five points, with a new pay code of test mode unless `form` overrides them."""
        body = {"points": 5, "merchant_reference": uuid.uuid4().hex} | form
        if not {"paycode", "card"} & form.keys():
            body["paycode"] = self.till.post("/v1/merchant/test-paycodes")["paycode"]
        return post(till or self.till, "authorizations", body, key)

    def captured(self, points: int = 5) -> str:
        """Capture a payment and return its id."""
        payment = self.pay(points=points).json()["id"]
        self.till.post(f"/v1/merchant/authorizations/{payment}/capture")
        return str(payment)

    def voucher(self, **form: str) -> str:
        """Create a voucher in test mode and return its code."""
        return str(self.till.post("/v1/merchant/test-vouchers", form)["code"])

    def signed(self, form: Json, created: datetime | None = None) -> httpx.Request:
        """Return an authorization with the signature of the test key."""
        path = f"{self.stack.gateway_url}/v1/merchant/authorizations"
        request = httpx.Request("POST", path, json=form, headers={"Idempotency-Key": uuid.uuid4().hex})
        Signature(self.test["key"], self.test["id"], self.test["signing_secret"]).sign(request, created=created)
        return request

    @contextmanager
    def store(self) -> Iterator[Callable[..., object]]:
        """Yield a function that executes SQL in the store of the exchange; commit at the end of the block."""
        with transaction(self.stack.owner_uris["exchange"]) as exchange:
            yield lambda statement, **values: exchange.execute(text(statement), values)


def post(till: ApiClient, path: str, form: Json, key: str = "") -> httpx.Response:
    """Send a request once, with an idempotency key."""
    return till.send("POST", f"/v1/merchant/{path}", json=form, headers={"Idempotency-Key": key or uuid.uuid4().hex})


def send(request: httpx.Request) -> httpx.Response:
    with httpx.Client(timeout=30) as client:
        return client.send(request)


@pytest.fixture(scope="module")
def shop(community: Community, stack: Stack) -> Shop:
    community.create_reward(points=50)
    for buyer in ("张三", "赵六", "钱七"):
        assert community[buyer].get("/v1/me")["household"]
    wait_before_spending(community)
    committee = community.committee
    merchant = retry_until_known(lambda: committee.post("/v1/merchants", {"name": "善治超市"}))["id"]
    forms = ({"mode": "test"}, {"mode": "test", "scopes": ["vouchers"]}, {"mode": "live"})
    keys = [committee.post(f"/v1/merchants/{merchant}/keys", form) for form in forms]
    return Shop(community, stack, merchant, *keys)


FailingRequest = Callable[[Shop], httpx.Response]
ERRORS: list[tuple[int, str, FailingRequest]] = []


def error(status: int, code: str) -> Callable[[FailingRequest], FailingRequest]:
    """Expect this answer to the decorated request."""

    def decorate(request: FailingRequest) -> FailingRequest:
        ERRORS.append((status, code, request))
        return request

    return decorate


@error(400, "malformed_request")
def a_truncated_body(shop: Shop) -> httpx.Response:
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
    return shop.till.send("POST", "/v1/merchant/authorizations", content=b'{"points": 5', headers=headers)


@error(415, "unsupported_media_type")
def a_body_that_is_no_json(shop: Shop) -> httpx.Response:
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "text/plain"}
    return shop.till.send("POST", "/v1/merchant/authorizations", content=b"points=5", headers=headers)


@error(400, "idempotency_key_missing")
def a_refund_without_an_idempotency_key(shop: Shop) -> httpx.Response:
    return shop.till.send("POST", "/v1/merchant/refunds", json={})


@error(401, "key_invalid")
def an_unknown_key(shop: Shop) -> httpx.Response:
    return shop.community.api.with_token("sz_test_nobody").send("GET", "/v1/merchant/transactions")


@error(401, "signature_invalid")
def a_changed_body(shop: Shop) -> httpx.Response:
    request = shop.signed({"points": 5})
    return send(httpx.Request("POST", request.url, content=b'{"points":  6}', headers=_headers_without_length(request)))


@error(401, "signature_invalid")
def a_body_changed_together_with_its_digest(shop: Shop) -> httpx.Response:
    request, other = shop.signed({"points": 5}), shop.signed({"points": 500})
    headers = _headers_without_length(request) | {"content-digest": other.headers["content-digest"]}
    return send(httpx.Request("POST", request.url, content=other.content, headers=headers))


@error(401, "signature_invalid")
def a_live_payment_without_a_signature(shop: Shop) -> httpx.Response:
    return post(shop.community.api.with_token(shop.live["key"]), "authorizations", {})


@error(401, "signature_expired")
def a_signature_older_than_five_minutes(shop: Shop) -> httpx.Response:
    return send(shop.signed({}, created=datetime.now(UTC) - timedelta(seconds=301)))


@error(401, "signature_expired")
def a_signature_more_than_five_minutes_in_the_future(shop: Shop) -> httpx.Response:
    return send(shop.signed({}, created=datetime.now(UTC) + timedelta(seconds=310)))


@error(401, "nonce_replayed")
def a_signed_request_sent_twice(shop: Shop) -> httpx.Response:
    request = shop.signed({})
    assert send(request).status_code == 422
    return send(request)


@error(403, "scope_missing")
def a_payment_with_a_key_without_the_scope(shop: Shop) -> httpx.Response:
    return post(shop.community.api.till(shop.vouchers_only), "authorizations", {})


@error(403, "wrong_merchant")
def a_voucher_of_another_merchant(shop: Shop) -> httpx.Response:
    other = shop.community.committee.post("/v1/merchants", {"name": "另一家"})["id"]
    reward = shop.community.create_reward(name="他家的米", merchant_ids=[other])
    return post(shop.till, "voucher-redemptions", {"code": shop.voucher(reward_id=reward)})


@error(403, "pin_wrong")
def a_wrong_pin(shop: Shop) -> httpx.Response:
    return shop.pay(card="2" * 20, pin="000000")


@error(403, "card_locked")
def a_sixth_wrong_pin(shop: Shop) -> httpx.Response:
    till, card = shop.community.api.till(shop.live), _card(shop, "张三")
    wrong = {"card": card["card_code"], "pin": "111111" if card["pin"] != "111111" else "222222"}
    assert [shop.pay(till, **wrong).json()["code"] for _ in range(5)] == ["pin_wrong"] * 5
    return shop.pay(till, **wrong)


@error(403, "card_not_active")
def a_card_that_nobody_activated(shop: Shop) -> httpx.Response:
    card = _card(shop, "赵六", active=False)
    return shop.pay(shop.community.api.till(shop.live), card=card["card_code"], pin=card["pin"])


@error(404, "voucher_not_found")
def an_unknown_voucher_code(shop: Shop) -> httpx.Response:
    return post(shop.till, "voucher-redemptions", {"code": "0000-0000-0000"})


@error(404, "not_found")
def an_unknown_payment(shop: Shop) -> httpx.Response:
    return post(shop.till, "authorizations/pay_01zzzzzzzzzzzzzzzzzzzzzzzz/capture", {})


@error(409, "voucher_already_redeemed")
def a_voucher_redeemed_twice(shop: Shop) -> httpx.Response:
    form = {"code": shop.voucher()}
    assert post(shop.till, "voucher-redemptions", form).status_code == 201
    return post(shop.till, "voucher-redemptions", form)


@error(409, "hold_already_resolved")
def a_void_after_the_capture(shop: Shop) -> httpx.Response:
    return post(shop.till, f"authorizations/{shop.captured()}/void", {})


@error(409, "hold_already_resolved")
def a_capture_after_ten_minutes(shop: Shop) -> httpx.Response:
    payment = shop.pay().json()["id"]
    with shop.store() as run:
        run("UPDATE payments SET expires_at = now() WHERE id = :id", id=payment)
    return post(shop.till, f"authorizations/{payment}/capture", {})


@error(409, "redemption_not_undoable")
def a_redemption_undone_at_another_till(shop: Shop) -> httpx.Response:
    redemption = post(shop.till, "voucher-redemptions", {"code": shop.voucher(), "till": "1"}).json()["id"]
    return post(shop.till, f"voucher-redemptions/{redemption}/undo", {"till": "2"})


@error(409, "merchant_reference_reused")
def two_payments_with_one_reference(shop: Shop) -> httpx.Response:
    reference = uuid.uuid4().hex
    assert shop.pay(merchant_reference=reference).status_code == 201
    return shop.pay(merchant_reference=reference)


@error(409, "out_of_stock")
def an_order_of_a_sold_out_reward(shop: Shop) -> httpx.Response:
    gone, shopper = shop.community.create_reward(name="售罄", stock=0), shop.community["张三"]
    retry_until_known(lambda: shopper.get(f"/v1/rewards/{gone}"))
    return shopper.send("POST", "/v1/orders", json={"reward_id": gone}, headers={"Idempotency-Key": uuid.uuid4().hex})


@error(409, "request_in_progress")
def a_repeat_while_the_first_request_is_running(shop: Shop) -> httpx.Response:
    insert = "INSERT INTO idempotency_keys (caller, key, digest, created_at) VALUES (:caller, :key, '', now())"
    with shop.store() as run:
        run(insert, caller=f"{shop.merchant}:test", key="at-work")
        return shop.pay(key="at-work")


@error(410, "voucher_expired")
def a_voucher_after_its_expiry(shop: Shop) -> httpx.Response:
    code = shop.voucher()
    with shop.store() as run:
        run("UPDATE orders SET expires_at = now() WHERE code = :code", code=code.replace("-", ""))
    return post(shop.till, "voucher-redemptions", {"code": code})


@error(422, "insufficient_points")
def a_payment_above_the_balance(shop: Shop) -> httpx.Response:
    return shop.pay(points=1001)


@error(422, "account_closed")
def a_household_that_has_left_the_community(shop: Shop) -> httpx.Response:
    community, till = shop.community, shop.community.api.till(shop.live)
    community.credit_points(钱七=30)
    codes = iter([community["钱七"].post("/v1/me/paycode")["paycode"] for _ in range(30)])
    move = {"on": f"{calendar.day_of(datetime.now(UTC))}", "to": {"left_community": True}}
    community.committee.post(f"/v1/residents/{community.person_ids['钱七']}/moves", move)

    def refused() -> httpx.Response | None:
        answer = shop.pay(till, paycode=next(codes), points=1)
        return None if answer.is_success else answer

    return wait_for("the closing of the account", refused)


@error(422, "paycode_invalid")
def a_pay_code_used_twice(shop: Shop) -> httpx.Response:
    code = shop.till.post("/v1/merchant/test-paycodes")["paycode"]
    assert shop.pay(paycode=code).status_code == 201
    return shop.pay(paycode=code)


@error(422, "card_invalid")
def an_unknown_card(shop: Shop) -> httpx.Response:
    return shop.pay(card="7" * 20, pin="123456")


@error(422, "card_limit_reached")
def a_card_payment_above_the_daily_limit(shop: Shop) -> httpx.Response:
    card = _card(shop, "李四")
    return shop.pay(shop.community.api.till(shop.live), card=card["card_code"], pin=card["pin"], points=201)


@error(422, "amount_exceeds_hold")
def a_capture_above_the_hold(shop: Shop) -> httpx.Response:
    return post(shop.till, f"authorizations/{shop.pay().json()['id']}/capture", {"points": 6})


@error(422, "amount_exceeds_hold")
def a_refund_above_the_capture(shop: Shop) -> httpx.Response:
    return _refund(shop, shop.captured(), 6)


@error(422, "idempotency_key_reused")
def an_idempotency_key_with_another_body(shop: Shop) -> httpx.Response:
    assert shop.pay(key="reused").status_code == 201
    return shop.pay(key="reused")


@error(409, "wrong_state")
def another_new_secret_while_the_earlier_one_still_signs(shop: Shop) -> httpx.Response:
    endpoint = post(shop.till, "webhook-endpoints", {"url": "https://shop.example.org/shanzhi"}).json()["id"]
    assert post(shop.till, f"webhook-endpoints/{endpoint}/rotate-secret", {}).is_success
    return post(shop.till, f"webhook-endpoints/{endpoint}/rotate-secret", {})


@error(422, "invalid_request")
def a_payment_of_zero_points(shop: Shop) -> httpx.Response:
    return shop.pay(points=0)


@error(429, "rate_limited")
def more_requests_than_the_rate_limit(shop: Shop) -> httpx.Response:
    address = replace(shop.stack.broker.address, user="gateway", password=shop.stack.broker_password("gateway"))
    own = {"KEY_RATE_LIMIT": "1/minute", "AMQP_URI": address.amqp_uri()}
    settings = Settings.from_env(shop.stack.settings | own)
    with closing(ConnectionPool(settings.amqp_uri)) as connections:
        transport = httpx.WSGITransport(create_app(settings, connections))
        with httpx.Client(transport=transport, base_url="http://localhost") as client:
            till = ApiClient(client, shop.test["key"])
            assert till.send("GET", "/v1/merchant/transactions").status_code == 200
            return till.send("GET", "/v1/merchant/transactions")


@error(503, "temporarily_unavailable")
def a_store_that_is_too_slow(shop: Shop) -> httpx.Response:
    code = shop.voucher()
    redeem = partial(post, shop.till, "voucher-redemptions", {"code": code}, "repeated-later")
    with shop.store() as run:
        run("SELECT 1 FROM orders WHERE code = :code FOR UPDATE", code=code.replace("-", ""))
        answer = redeem()
    assert redeem().status_code == 201, "a failed request does not use up its key"
    return answer


@pytest.mark.parametrize(
    ("status", "code", "send_request"), ERRORS, ids=[f"{row[0]} {row[1]} {row[2].__name__}" for row in ERRORS]
)
def test_r27_an_error_has_its_code(shop: Shop, status: int, code: str, send_request: FailingRequest) -> None:
    answer = send_request(shop)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["retryable"] == ("Retry-After" in answer.headers) == (code in RETRYABLE)


def test_every_error_code_of_the_merchant_page_is_tested() -> None:
    page = (PROJECT / "docs" / "merchants.md").read_text("utf-8")
    documented = {
        (int(status), code)
        for status, codes in re.findall(r"^\| (\d{3}) \| ([^|]+) \|", page, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", codes)
    }
    assert documented == {(status, code) for status, code, _ in ERRORS}


def test_r27_an_undone_redemption_returns_its_points_to_the_passbook(shop: Shop) -> None:
    community, till = shop.community, shop.community.api.till(shop.live)
    community.credit_points(赵六=60)
    order = community.place_order("赵六", community.create_reward(name="误扫的米", points=50))
    redemption = till.post("/v1/merchant/voucher-redemptions", {"code": order["voucher"]["code"]})["id"]
    wait_for("the capture", lambda: community.passbook("赵六")["available"] == 10)

    till.post(f"/v1/merchant/voucher-redemptions/{redemption}/undo")

    wait_for("the points", lambda: community.passbook("赵六")["available"] == 60)
    assert community["赵六"].get(f"/v1/orders/{order['id']}")["status"] == "undone"


def test_r28_concurrent_repeats_of_a_refund_refund_once(shop: Shop) -> None:
    payment, key = shop.captured(5), uuid.uuid4().hex
    answers = run_concurrently(*[partial(_refund, shop, payment, 5, key)] * 4)
    bodies = {answer.content for answer in answers if isinstance(answer, httpx.Response) and answer.is_success}
    assert len(bodies) == 1
    assert shop.till.get(f"/v1/merchant/authorizations/{payment}")["refunded"] == 5


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "[fec0::1]", "[64:ff9b::a00:1]", "[::ffff:169.254.169.254]", "0x0a000001"]
)
def test_r27_a_webhook_at_a_private_address_is_refused_when_it_is_added(shop: Shop, host: str) -> None:
    with expect_refused("invalid_request", 422):
        shop.till.post("/v1/merchant/webhook-endpoints", {"url": f"https://{host}/hook"})


def _headers_without_length(request: httpx.Request) -> Json:
    return {name: value for name, value in request.headers.items() if name != "content-length"}


def _refund(shop: Shop, payment: str, points: int, key: str = "") -> httpx.Response:
    form = {"authorization_id": payment, "points": points, "merchant_reference": key or uuid.uuid4().hex}
    return post(shop.till, "refunds", form, key)


def _card(shop: Shop, name: str, *, active: bool = True) -> Json:
    """Return a new card of a person's household as soon as the exchange knows it, activated by the head if `active`."""
    community = shop.community
    household = f"/v1/households/{community.household_id_of(name)}"
    card: Json = community.committee.post(f"{household}/cards")
    if active:
        head = community[community.head_of(name)]
        head.post(f"{household}/cards/current/activation", {"issued_at": card["issued_at"]})

    def is_known() -> bool:
        form = {"card": card["card_code"], "pin": card["pin"], "points": 1_000_000}
        code = shop.pay(community.api.till(shop.live), **form).json()["code"]
        return bool(code == ("card_limit_reached" if active else "card_not_active"))

    wait_for("the card", is_known)
    return card
