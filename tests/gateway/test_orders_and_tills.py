"""Orders, keys and till payments: polling for holds, secrets shown once, and who learns what."""

import hashlib

import pytest

from contracts import cards
from contracts.errors import Unavailable
from gateway import polling
from gateway.security import passwords

ORDER = {
    "id": "ord_1",
    "status": "placed",
    "reward": {"id": "rwd_1", "kind": "goods", "name": "大米"},
    "quantity": 1,
    "points": 50,
    "account_id": "hou_1",
    "person_id": "per_chen",
    "placed_by_id": "per_chen",
    "placed_at": "2026-11-03T02:00:00Z",
    "merchant_ids": [],
    "merchant_id": None,
    "available": None,
    "voucher": None,
    "steps": [],
}
VOUCHER = {"id": "vou_1", "code": "7K3M-9Q2P-XW4T", "qr": "7K3M9Q2PXW4T", "expires_at": "2026-12-03T02:00:00Z"}
CONFIRMED = ORDER | {"status": "confirmed", "voucher": VOUCHER}


@pytest.fixture(autouse=True)
def _short_timeout(monkeypatch):
    monkeypatch.setattr("gateway.polling._TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr("gateway.polling._points_interval", polling.AdaptivePollingInterval(0.02))


def order(client, headers):
    return client.post("/v1/orders", json={"reward_id": "rwd_1"}, headers=headers | {"Idempotency-Key": "order-1"})


def answers(services, *orders):
    left = list(orders)
    services.perform("exchange", "place_order", ORDER)
    services.answer("exchange", "get_order", lambda **_: left.pop(0) if len(left) > 1 else left[0])


def test_an_order_is_answered_with_the_decision_on_its_hold(client, services, sign_in):
    answers(services, ORDER, ORDER, CONFIRMED)
    answer = order(client, sign_in())
    assert (answer.status_code, answer.json["voucher"]["code"]) == (201, "7K3M-9Q2P-XW4T")


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/claims", "/v1/acts", "/v1/benefit-redemptions"])
def test_what_earns_or_costs_points_needs_a_key_so_that_a_double_tap_counts_once(client, sign_in, path):
    answer = client.post(path, json={}, headers=sign_in())
    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")


def test_a_refused_order_is_answered_with_the_available_points(client, services, sign_in):
    answers(services, ORDER | {"status": "refused", "refusal_code": "insufficient_points", "available": 42})
    answer = order(client, sign_in())
    assert (answer.status_code, answer.json["code"]) == (422, "insufficient_points")
    assert answer.json["facts"] == {"id": "ord_1", "points": 50, "available": 42}


def test_an_order_from_a_closed_account_is_refused_as_account_closed(client, services, sign_in):
    answers(services, ORDER | {"status": "refused", "refusal_code": "account_closed", "available": 420})
    answer = order(client, sign_in())
    assert (answer.status_code, answer.json["code"]) == (422, "account_closed")
    assert "已不在本社区" in answer.json["detail"]


@pytest.mark.parametrize("takes", [0.03, 0.4])
def test_the_polling_interval_adapts_to_the_time_holds_take(takes):
    interval = polling.AdaptivePollingInterval()
    for _ in range(200):
        interval.adapt(interval.seconds >= takes)
    assert interval.seconds == pytest.approx(takes, rel=0.2)


def test_after_the_timeout_an_order_is_answered_as_placed(client, services, sign_in):
    answers(services, ORDER)
    assert order(client, sign_in()).json["status"] == "placed"


def test_an_accepted_order_is_never_answered_as_unavailable(client, services, sign_in):
    services.perform("exchange", "place_order", ORDER)
    services.answer("exchange", "get_order", Unavailable())
    answer = order(client, sign_in())
    assert (answer.status_code, answer.json["status"]) == (201, "placed")


def test_an_order_is_shown_without_names_while_the_registry_is_unavailable(client, services, sign_in):
    services.answer("exchange", "get_order", CONFIRMED)
    services.answer("registry", "names", Unavailable())
    answer = client.get("/v1/orders/ord_1", headers=sign_in())
    assert (answer.status_code, answer.json["person_name"]) == (200, None)


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_a_voucher_can_be_printed(client, services, sign_in, form, begins):
    services.answer("exchange", "get_order", CONFIRMED)
    printed = client.get(f"/v1/orders/ord_1/voucher.{form}", headers=sign_in())
    assert printed.data.startswith(begins)
    assert "no-store" in printed.headers["Cache-Control"]


def test_an_order_without_voucher_has_nothing_to_print(client, services, sign_in):
    services.answer("exchange", "get_order", ORDER)
    assert client.get("/v1/orders/ord_1/voucher.svg", headers=sign_in()).json["code"] == "voucher_not_found"


def test_the_exchange_gets_only_a_new_keys_digest_and_its_encrypted_secret(client, services, sign_in):
    stored = {"id": "key_1", "merchant_id": "mer_1", "scopes": ["vouchers"], "created_at": "", "revoked_at": None}
    stored |= {"algorithm": "hmac-sha256"}
    services.perform("exchange", "issue_key", lambda mode, shown, **_: stored | {"mode": mode, "shown": shown})

    made = client.post("/v1/merchants/mer_1/keys", json={"mode": "test"}, headers=sign_in()).json
    sent = services.calls[-1].kwargs

    assert made["key"].startswith(made["shown"])
    assert made["shown"].startswith("sz_test_")
    assert sent["digest"] == hashlib.sha256(made["key"].encode()).hexdigest()
    assert made["key"] not in str(services.calls)
    assert made["signing_secret"] not in str(services.calls)


def test_a_till_does_not_learn_the_payers_balance(client, services):
    key = {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}
    services.answer("exchange", "authenticate_key", key)
    refused = {"id": "pay_1", "status": "refused", "refusal_code": "insufficient_points", "points": 50}
    services.perform("exchange", "authorize", refused)

    headers = {"Authorization": "Bearer sz_test_x", "Idempotency-Key": "1"}
    body = {"paycode": "8" * 18, "points": 50, "merchant_reference": "sale-1"}
    answer = client.post("/v1/merchant/authorizations", json=body, headers=headers)

    assert (answer.status_code, answer.json["facts"]) == (422, {"id": "pay_1", "points": 50})


@pytest.fixture
def repeating(client, services):
    """`repeat(path, body, key="1", mode="test")` returns the statuses of three requests with one idempotency key."""

    def repeat(path, body, key="1", mode="test"):
        made = {"merchant": "mer_1", "community": "com_1", "mode": mode, "key": "key_1"}
        services.answer("exchange", "authenticate_key", made)
        headers = {"Authorization": f"Bearer sz_{mode}_x", "Idempotency-Key": key}
        return [client.post(path, json=body, headers=headers).status_code for _ in range(3)]

    return repeat


SALE = {"points": 5, "merchant_reference": "sale-1"}


@pytest.mark.parametrize(("code", "status"), [("860000000000000503", 503), ("860000000000000429", 429)])
def test_a_till_in_test_mode_gets_through_with_its_third_request(repeating, services, code, status):
    services.perform("exchange", "authorize", {"id": "pay_1", "status": "authorized"} | SALE)

    assert repeating("/v1/merchant/authorizations", SALE | {"paycode": code}, key=code) == [status, status, 201]
    assert repeating("/v1/merchant/authorizations", SALE | {"paycode": code}, key=f"{code}-2") == [status, status, 201]


@pytest.mark.parametrize("code", ["TEST-0000-0503", "test oooo o5o3"])
def test_a_voucher_that_is_refused_at_first_is_redeemed_with_the_third_request(repeating, services, code):
    services.perform("exchange", "redeem_voucher", {"id": "lin_1"})

    assert repeating("/v1/merchant/voucher-redemptions", {"code": code}, key=code.strip()) == [503, 503, 201]


def test_other_pay_codes_are_never_refused_at_first(repeating, services):
    services.perform("exchange", "authorize", {"id": "pay_1", "status": "authorized"} | SALE)

    assert repeating("/v1/merchant/authorizations", SALE | {"paycode": "8" * 18}) == [201, 201, 201]


def test_a_statement_is_available_as_csv(client, services):
    key = {"merchant": "mer_1", "community": "com_1", "mode": "live", "key": "key_1"}
    services.answer("exchange", "authenticate_key", key)
    line = {
        "id": "lin_1",
        "kind": "capture",
        "period": "2026-11",
        "at": "2026-11-05T00:30:00+00:00",
        "points": 30,
        "amount_fen": 3000,
    }
    line |= {"source_id": "pay_1", "merchant_reference": "sale-1", "till": None}
    services.answer("exchange", "get_settlement", {"period": "2026-11", "data": [line]})

    answer = client.get("/v1/merchant/settlements/2026-11?format=csv", headers={"Authorization": "Bearer sz_live_x"})

    assert answer.content_type.startswith("text/csv")
    assert answer.data.startswith(b"\xef\xbb\xbfid,kind,"), "Excel takes a file without the mark for another encoding"
    assert "lin_1,capture,2026-11,2026-11-05T00:30:00Z,30,3000,pay_1,sale-1," in answer.text


CARD = "7K3M-9QRT-XW2E-H5NA-4BCD"


@pytest.fixture
def paying_by_card(client, services):
    """`pay(pin)` at a till whose exchange knows the card with the PIN 123456."""
    key = {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}
    services.answer("exchange", "authenticate_key", key)
    code = cards.normalize(CARD)
    pin_hash = passwords.hash_password(cards.pin_secret(code, "123456"))
    services.answer(
        "exchange",
        "card_at_till",
        lambda card_digest, **_: {"pin_hash": pin_hash if card_digest == cards.digest(code) else None},
    )
    denied = {"status": "denied", "tries_left": 4, "locked_until": None}
    paid = {"id": "pay_1", "status": "authorized", "points": 5}
    services.perform("exchange", "authorize_card", lambda pin_fits, **_: paid if pin_fits else denied)

    def pay(**form):
        headers = {"Authorization": "Bearer sz_test_x", "Idempotency-Key": "1"}
        body = {"points": 5, "merchant_reference": "sale-1"} | form
        return client.post("/v1/merchant/authorizations", json=body, headers=headers)

    return pay


def test_a_card_code_is_normalized_and_neither_code_nor_pin_reaches_the_exchange(paying_by_card, services):
    answer = paying_by_card(card=CARD.lower().replace("-", " "), pin="123456")
    assert (answer.status_code, answer.json["status"]) == (201, "authorized")
    calls = str(services.calls)
    assert cards.normalize(CARD) not in calls
    assert "123456" not in calls


def test_a_wrong_pin_is_refused_with_the_tries_left(paying_by_card):
    answer = paying_by_card(card=CARD, pin="654321")
    assert (answer.status_code, answer.json["code"]) == (403, "pin_wrong")
    assert answer.json["facts"]["tries_left"] == 4


def test_an_impossible_card_code_is_refused_without_a_call(paying_by_card, services):
    assert paying_by_card(card="0000", pin="123456").json["code"] == "card_invalid"
    assert [call.method for call in services.calls] == ["authenticate_key"]


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({}, "/paycode"),
        ({"card": CARD, "pin": "123456", "paycode": "8" * 18}, "/paycode"),
        ({"card": CARD}, "/pin"),
        ({"paycode": "8" * 18, "pin": "123456"}, "/pin"),
        ({"card": CARD, "pin": "12345"}, "/pin"),
    ],
)
def test_a_till_sends_exactly_one_means_of_payment(paying_by_card, form, pointer):
    answer = paying_by_card(**form)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
