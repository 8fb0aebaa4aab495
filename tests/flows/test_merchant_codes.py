"""Every code a till can be told of, provoked on the running platform: the list of docs/merchants.md (R27, R28).

Each function below is what a till does wrong, or what goes wrong for it; above it stands the answer it gets.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from shanzhi_merchant import Signature
from sqlalchemy import NullPool, create_engine, text

from contracts import calendar
from deploy.demo.visitors import Visitor, once_told, until
from deploy.local.stack import PROJECT, Stack
from gateway.app import create_app
from gateway.rpc import ConnectionPool
from gateway.settings import Settings
from tests.flows.at_once import at_once
from tests.flows.village import Answer, Village

RETRYABLE = {"request_in_progress", "rate_limited", "temporarily_unavailable"}


@dataclass
class Counter:
    """A shop's keys, as they were made, and the village around it."""

    village: Village
    stack: Stack
    merchant: str
    test: Answer
    vouchers_only: Answer
    live: Answer

    @property
    def till(self) -> Visitor:
        """With the test key."""
        return self.village.door.till(self.test)

    def pay(self, till: Visitor | None = None, key: str = "", **form: object) -> httpx.Response:
        """Ask for five points, with a pay code of test mode unless told otherwise."""
        whole = {"points": 5, "merchant_reference": uuid.uuid4().hex} | form
        if not {"paycode", "card"} & form.keys():
            whole["paycode"] = self.till.post("/v1/merchant/test-paycodes")["paycode"]
        return post(till or self.till, "authorizations", whole, key)

    def captured(self, points: int = 5) -> str:
        """The id of a payment that was taken."""
        payment = self.pay(points=points).json()["id"]
        self.till.post(f"/v1/merchant/authorizations/{payment}/capture")
        return str(payment)

    def voucher(self, **of: str) -> str:
        """The code of a voucher to try."""
        return str(self.till.post("/v1/merchant/test-vouchers", of)["code"])

    def signed(self, form: Answer, **when: object) -> httpx.Request:
        """An authorization with the test key's signature, to be spoilt."""
        path = f"{self.stack.gateway_url}/v1/merchant/authorizations"
        request = httpx.Request("POST", path, json=form, headers={"Idempotency-Key": uuid.uuid4().hex})
        Signature(self.test["key"], self.test["id"], self.test["signing_secret"]).sign(request, **when)
        return request

    @contextmanager
    def store(self) -> Iterator[Callable[..., object]]:
        """The exchange's store in a transaction of its owner, open until the block ends."""
        with create_engine(self.stack.owner_uris["exchange"], poolclass=NullPool).begin() as connection:
            yield lambda statement, **values: connection.execute(text(statement), values)


def post(till: Visitor, path: str, form: Answer, key: str = "") -> httpx.Response:
    """Ask once."""
    return till.send("POST", f"/v1/merchant/{path}", json=form, headers={"Idempotency-Key": key or uuid.uuid4().hex})


def send(request: httpx.Request) -> httpx.Response:
    with httpx.Client(timeout=30) as line:
        return line.send(request)


@pytest.fixture(scope="module")
def counter(village: Village, stack: Stack) -> Counter:
    village.reward(points=50)
    committee = village.committee
    merchant = once_told(lambda: committee.post("/v1/merchants", {"name": "善治超市"}))["id"]
    asked = ({"mode": "test"}, {"mode": "test", "scopes": ["vouchers"]}, {"mode": "live"})
    keys = [committee.post(f"/v1/merchants/{merchant}/keys", form) for form in asked]
    return Counter(village, stack, merchant, *keys)


Provoke = Callable[[Counter], httpx.Response]
ROWS: list[tuple[int, str, Provoke]] = []


def answered(status: int, code: str) -> Callable[[Provoke], Provoke]:
    """The function below it gets this answer."""

    def decorate(provoke: Provoke) -> Provoke:
        ROWS.append((status, code, provoke))
        return provoke

    return decorate


@answered(400, "malformed_request")
def a_body_that_ends_in_the_middle(counter: Counter) -> httpx.Response:
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
    return counter.till.send("POST", "/v1/merchant/authorizations", content=b'{"points": 5', headers=headers)


@answered(400, "idempotency_key_missing")
def a_payment_without_a_key(counter: Counter) -> httpx.Response:
    return counter.till.send("POST", "/v1/merchant/refunds", json={})


@answered(401, "key_invalid")
def a_key_nobody_made(counter: Counter) -> httpx.Response:
    return counter.village.door.with_token("sz_test_nobody").send("GET", "/v1/merchant/transactions")


@answered(401, "signature_invalid")
def a_body_changed_on_its_way(counter: Counter) -> httpx.Response:
    request = counter.signed({"points": 5})
    return send(httpx.Request("POST", request.url, content=b'{"points":  6}', headers=_but_length(request)))


@answered(401, "signature_invalid")
def a_body_changed_together_with_its_digest(counter: Counter) -> httpx.Response:
    request, other = counter.signed({"points": 5}), counter.signed({"points": 500})
    headers = _but_length(request) | {"content-digest": other.headers["content-digest"]}
    return send(httpx.Request("POST", request.url, content=other.content, headers=headers))


@answered(401, "signature_invalid")
def a_live_payment_without_a_signature(counter: Counter) -> httpx.Response:
    return post(counter.village.door.with_token(counter.live["key"]), "authorizations", {})


@answered(401, "signature_expired")
def a_clock_more_than_five_minutes_slow(counter: Counter) -> httpx.Response:
    return send(counter.signed({}, created=datetime.now(UTC) - timedelta(seconds=301)))


@answered(401, "signature_expired")
def a_clock_more_than_five_minutes_fast(counter: Counter) -> httpx.Response:
    return send(counter.signed({}, created=datetime.now(UTC) + timedelta(seconds=310)))


@answered(401, "nonce_replayed")
def a_message_sent_again_as_it_was(counter: Counter) -> httpx.Response:
    request = counter.signed({})
    assert send(request).status_code == 422
    return send(request)


@answered(403, "scope_missing")
def a_payment_with_a_key_for_vouchers(counter: Counter) -> httpx.Response:
    return post(counter.village.door.till(counter.vouchers_only), "authorizations", {})


@answered(403, "wrong_merchant")
def a_voucher_of_another_shop(counter: Counter) -> httpx.Response:
    other = counter.village.committee.post("/v1/merchants", {"name": "另一家"})["id"]
    reward = counter.village.reward(name="他家的米", merchant_ids=[other])
    return post(counter.till, "voucher-redemptions", {"code": counter.voucher(reward_id=reward)})


@answered(403, "pin_wrong")
def a_wrong_pin(counter: Counter) -> httpx.Response:
    return counter.pay(card="2" * 20, pin="000000")


@answered(403, "card_locked")
def a_sixth_wrong_pin(counter: Counter) -> httpx.Response:
    till, card = counter.village.door.till(counter.live), _card(counter, "张三")
    wrong = {"card": card["card_code"], "pin": "111111" if card["pin"] != "111111" else "222222"}
    assert [counter.pay(till, **wrong).json()["code"] for _ in range(5)] == ["pin_wrong"] * 5
    return counter.pay(till, **wrong)


@answered(404, "voucher_not_found")
def a_code_mistyped(counter: Counter) -> httpx.Response:
    return post(counter.till, "voucher-redemptions", {"code": "0000-0000-0000"})


@answered(404, "not_found")
def a_payment_nobody_made(counter: Counter) -> httpx.Response:
    return post(counter.till, "authorizations/pay_01zzzzzzzzzzzzzzzzzzzzzzzz/capture", {})


@answered(409, "voucher_already_redeemed")
def a_voucher_shown_twice(counter: Counter) -> httpx.Response:
    form = {"code": counter.voucher()}
    assert post(counter.till, "voucher-redemptions", form).status_code == 201
    return post(counter.till, "voucher-redemptions", form)


@answered(409, "hold_already_resolved")
def a_void_after_the_capture(counter: Counter) -> httpx.Response:
    return post(counter.till, f"authorizations/{counter.captured()}/void", {})


@answered(409, "hold_already_resolved")
def a_capture_after_ten_minutes(counter: Counter) -> httpx.Response:
    payment = counter.pay().json()["id"]
    with counter.store() as run:
        run("UPDATE payments SET expires_at = now() WHERE id = :id", id=payment)
    return post(counter.till, f"authorizations/{payment}/capture", {})


@answered(409, "merchant_reference_reused")
def two_sales_of_one_number(counter: Counter) -> httpx.Response:
    reference = uuid.uuid4().hex
    assert counter.pay(merchant_reference=reference).status_code == 201
    return counter.pay(merchant_reference=reference)


@answered(409, "out_of_stock")
def an_order_for_what_is_sold_out(counter: Counter) -> httpx.Response:
    gone, shopper = counter.village.reward(name="售罄", stock=0), counter.village["张三"]
    once_told(lambda: shopper.get(f"/v1/rewards/{gone}"))
    return shopper.send("POST", "/v1/orders", json={"reward_id": gone})


@answered(409, "request_in_progress")
def a_request_sent_again_while_the_first_is_at_work(counter: Counter) -> httpx.Response:
    kept = "INSERT INTO idempotency_keys (caller, key, digest, created_at) VALUES (:caller, :key, '', now())"
    with counter.store() as run:
        run(kept, caller=f"{counter.merchant}:test", key="at-work")
        return counter.pay(key="at-work")


@answered(410, "voucher_expired")
def a_voucher_past_its_day(counter: Counter) -> httpx.Response:
    code = counter.voucher()
    with counter.store() as run:
        run("UPDATE orders SET expires_at = now() WHERE code = :code", code=code.replace("-", ""))
    return post(counter.till, "voucher-redemptions", {"code": code})


@answered(422, "insufficient_points")
def more_than_the_payer_has(counter: Counter) -> httpx.Response:
    return counter.pay(points=1001)


@answered(422, "account_closed")
def a_household_that_has_left_the_community(counter: Counter) -> httpx.Response:
    village, till = counter.village, counter.village.door.till(counter.live)
    village.earn(钱七=30)
    codes = iter([village["钱七"].post("/v1/me/paycode")["paycode"] for _ in range(30)])
    gone = {"on": f"{calendar.day_of(datetime.now(UTC))}", "to": {"left_community": True}}
    village.committee.post(f"/v1/residents/{village.people['钱七']}/moves", gone)

    def turned_away() -> httpx.Response | None:
        answer = counter.pay(till, paycode=next(codes), points=1)
        return None if answer.is_success else answer

    return until("the end of the account", turned_away)


@answered(422, "paycode_invalid")
def a_pay_code_shown_twice(counter: Counter) -> httpx.Response:
    code = counter.till.post("/v1/merchant/test-paycodes")["paycode"]
    assert counter.pay(paycode=code).status_code == 201
    return counter.pay(paycode=code)


@answered(422, "card_invalid")
def a_card_nobody_printed(counter: Counter) -> httpx.Response:
    return counter.pay(card="3" * 20, pin="123456")


@answered(422, "card_limit_reached")
def more_than_a_card_pays_in_a_day(counter: Counter) -> httpx.Response:
    card = _card(counter, "李四")
    return counter.pay(counter.village.door.till(counter.live), card=card["card_code"], pin=card["pin"], points=201)


@answered(422, "amount_exceeds_hold")
def a_capture_above_what_is_held(counter: Counter) -> httpx.Response:
    return post(counter.till, f"authorizations/{counter.pay().json()['id']}/capture", {"points": 6})


@answered(422, "amount_exceeds_hold")
def a_refund_above_what_was_captured(counter: Counter) -> httpx.Response:
    return _refund(counter, counter.captured(), 6)


@answered(422, "idempotency_key_reused")
def a_key_sent_with_another_sale(counter: Counter) -> httpx.Response:
    assert counter.pay(key="reused").status_code == 201
    return counter.pay(key="reused")


@answered(422, "invalid_request")
def a_sale_without_points(counter: Counter) -> httpx.Response:
    return counter.pay(points=0)


@answered(429, "rate_limited")
def more_than_the_keys_measure(counter: Counter) -> httpx.Response:
    measured = Settings.from_env(counter.stack.settings | {"KEY_RATE_LIMIT": "1/minute"})
    with closing(ConnectionPool(measured.amqp_uri)) as lines:
        door = httpx.WSGITransport(create_app(measured, lines))
        with httpx.Client(transport=door, base_url="http://gateway") as line:
            till = Visitor(line, counter.test["key"])
            assert till.send("GET", "/v1/merchant/transactions").status_code == 200
            return till.send("GET", "/v1/merchant/transactions")


@answered(503, "temporarily_unavailable")
def a_store_that_does_not_answer_in_time(counter: Counter) -> httpx.Response:
    code = counter.voucher()
    redeem = partial(post, counter.till, "voucher-redemptions", {"code": code}, "when-it-is-back")
    with counter.store() as run:
        run("SELECT 1 FROM orders WHERE code = :code FOR UPDATE", code=code.replace("-", ""))
        answer = redeem()
    assert redeem().status_code == 201, "the same key, sent again, is not used up"
    return answer


@pytest.mark.parametrize(
    ("status", "code", "provoke"), ROWS, ids=[f"{row[0]} {row[1]} {row[2].__name__}" for row in ROWS]
)
def test_r27_what_goes_wrong_has_its_code(counter: Counter, status: int, code: str, provoke: Provoke) -> None:
    answer = provoke(counter)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["retryable"] == ("Retry-After" in answer.headers) == (code in RETRYABLE)


def test_every_code_of_the_page_for_merchants_is_provoked_above() -> None:
    page = (PROJECT / "docs" / "merchants.md").read_text("utf-8")
    listed = {
        (int(status), code)
        for status, codes in re.findall(r"^\| (\d{3}) \| ([^|]+) \|", page, re.MULTILINE)
        for code in re.findall(r"`(\w+)`", codes)
    }
    assert listed == {(status, code) for status, code, _ in ROWS}


def test_r28_one_refund_sent_twice_at_once_gives_back_once(counter: Counter) -> None:
    payment, key = counter.captured(5), uuid.uuid4().hex
    answers = at_once(*[partial(_refund, counter, payment, 5, key)] * 4)
    bodies = {answer.content for answer in answers if isinstance(answer, httpx.Response) and answer.is_success}
    assert len(bodies) == 1
    assert counter.till.get(f"/v1/merchant/authorizations/{payment}")["refunded"] == 5


def test_r27_a_notice_never_goes_to_a_private_address(counter: Counter) -> None:
    endpoint = counter.till.post("/v1/merchant/webhook-endpoints", {"url": "https://10.0.0.1/hook"})["id"]
    counter.till.post(f"/v1/merchant/webhook-endpoints/{endpoint}/test")

    def tried() -> list[Answer]:
        [sent] = counter.till.all("/v1/merchant/deliveries", endpoint_id=endpoint)
        attempts: list[Answer] = sent["attempts"]
        return attempts

    [attempt] = until("the attempt", tried)
    assert (attempt["status"], attempt["error"]) == (None, "Refused: 10.0.0.1 is not a public address")
    counter.till.send("DELETE", f"/v1/merchant/webhook-endpoints/{endpoint}")


def _but_length(request: httpx.Request) -> Answer:
    return {name: value for name, value in request.headers.items() if name != "content-length"}


def _refund(counter: Counter, payment: str, points: int, key: str = "") -> httpx.Response:
    form = {"authorization_id": payment, "points": points, "merchant_reference": key or uuid.uuid4().hex}
    return post(counter.till, "refunds", form, key)


def _card(counter: Counter, name: str) -> Answer:
    """A card of somebody's household, once the exchange has heard of it."""
    village = counter.village
    card: Answer = village.committee.post(f"/v1/households/{village.household_of(name)}/cards")

    def is_known() -> bool:
        asked = {"card": card["card_code"], "pin": card["pin"], "points": 1_000_000}
        return counter.pay(village.door.till(counter.live), **asked).json()["code"] != "card_invalid"

    until("the card", is_known)
    return card
