"""Concurrent calls on real PostgreSQL keep the invariants (5–9, 15)."""

from datetime import timedelta

import pytest

from messaging.transaction import Idempotency
from tests.services.exchange.concurrency import race
from tests.services.exchange.conftest import person
from tests.services.exchange.factories import NOW


@pytest.fixture
def payment(exchange):
    """A till and the 40 points it holds."""
    till = exchange.shop()
    digits = exchange.call("issue_paycode", actor=person("per_li"))["paycode"]
    form = {"paycode": digits, "points": 40, "merchant_reference": "sale-1"}
    made = exchange.call("authorize", actor=till, **form)
    exchange.hold(exchange.emitted[-1])
    return till, made["id"]


def test_concurrent_orders_take_exactly_the_stock(exchange):
    rice = exchange.reward(stock=5)

    ended = race(*[lambda: exchange.order(rice)] * 12)

    assert ended == {"done": 5, "out_of_stock": 7}
    assert exchange.call("get_reward", actor=person("per_li"), reward_id=rice)["left"] == 0


def test_concurrent_orders_of_a_household_stay_within_its_limit(exchange):
    rice = exchange.reward(limit_per_household=2)
    assert race(*[lambda: exchange.order(rice)] * 8) == {"done": 2, "limit_reached": 6}


def test_a_voucher_shown_at_many_tills_concurrently_is_redeemed_once(exchange):
    till = exchange.shop()
    code = exchange.confirmed(exchange.reward())["voucher"]["code"]

    ended = race(*[lambda: exchange.call("redeem_voucher", actor=till, code=code)] * 10)

    assert ended == {"done": 1, "voucher_already_redeemed": 9}
    assert exchange.call("get_settlement", actor=till, period="2026-11")["total"]["points"] == 50


def test_a_voucher_is_either_redeemed_or_cancelled(exchange):
    till, rice = exchange.shop(), exchange.reward()
    order = exchange.confirmed(rice)

    ended = race(
        *[lambda: exchange.call("redeem_voucher", actor=till, code=order["voucher"]["code"])] * 3,
        *[lambda: exchange.call("cancel_order", actor=person("per_li"), order_id=order["id"])] * 3,
    )

    assert ended["done"] == 1
    left = exchange.call("get_reward", actor=person("per_li"), reward_id=rice)
    assert left["reserved"] == 0
    assert [event.name() for event in exchange.emitted].count("VoucherRedeemed") == left["sold"]


def test_a_hold_is_either_captured_or_voided(exchange, payment):
    till, payment_id = payment

    race(
        *[lambda: exchange.call("capture", actor=till, payment_id=payment_id)] * 3,
        *[lambda: exchange.call("void", actor=till, payment_id=payment_id)] * 3,
    )

    exchange.later(minutes=10).tick("expire")

    endings = [event for event in exchange.emitted if event.name() in ("PaymentCaptured", "PaymentVoided")]
    assert len(endings) == 1


def test_a_hold_that_expires_while_captured_and_voided_ends_once(exchange, payment):
    till, payment_id = payment
    late = type(exchange)(exchange.service_class, exchange.engine.url.render_as_string(hide_password=False))
    late.at(NOW + timedelta(minutes=10))

    race(
        *[lambda: late.tick("expire")] * 2,
        *[lambda: exchange.call("capture", actor=till, payment_id=payment_id)] * 3,
        *[lambda: exchange.call("void", actor=till, payment_id=payment_id)] * 3,
    )

    names = [event.name() for event in (*exchange.emitted, *late.emitted)]
    assert names.count("PaymentCaptured") + names.count("PaymentVoided") == 1


def test_concurrent_refunds_never_exceed_what_was_captured(exchange, payment):
    till, payment_id = payment
    exchange.call("capture", actor=till, payment_id=payment_id, points=30)

    def refund(number):
        form = {"authorization_id": payment_id, "points": 12, "merchant_reference": f"back-{number}"}
        return lambda: exchange.call("refund", actor=till, **form)

    assert race(*map(refund, range(6))) == {"done": 2, "amount_exceeds_hold": 4}
    assert exchange.call("get_settlement", actor=till, period="2026-11")["total"]["points"] == 6


def test_a_pay_code_used_concurrently_is_charged_once(exchange):
    till = exchange.shop()
    digits = exchange.call("issue_paycode", actor=person("per_li"))["paycode"]

    def charge(number):
        return lambda: exchange.call(
            "authorize", actor=till, paycode=digits, points=5, merchant_reference=f"sale-{number}"
        )

    assert race(*map(charge, range(6))) == {"done": 1, "paycode_invalid": 5}


def test_a_request_repeated_concurrently_is_one_redemption(exchange):
    till = exchange.shop()
    code = exchange.confirmed(exchange.reward())["voucher"]["code"]
    once = Idempotency(caller="mer_1:live", key="k", digest="d")
    answers = []

    ended = race(
        *[lambda: answers.append(exchange.call("redeem_voucher", idempotency=once, actor=till, code=code))] * 20
    )

    assert ended == {"done": 20}
    assert all(answer == answers[0] for answer in answers)


def test_of_keys_issued_concurrently_two_work(exchange):
    merchant = exchange.call("admit_merchant", actor=person("per_committee"), name="善治超市")["id"]

    def issue(number):
        made = {"mode": "live", "scopes": ["vouchers"], "shown": "sz_live_a1", "digest": str(number)}
        made |= {"algorithm": "hmac-sha256", "material": "c2VhbGVk"}
        return lambda: exchange.call("issue_key", actor=person("per_committee"), merchant_id=merchant, **made)

    assert race(*map(issue, range(6))) == {"done": 2, "too_many_keys": 4}


def test_of_concurrent_requests_one_uses_the_nonce(exchange):
    shop = exchange.shop()
    form = {"key_hash": f"{shop['merchant']}-live", "nonce": "n-1"}
    assert race(*[lambda: exchange.call("admit_signed", **form)] * 6) == {"done": 1, "nonce_replayed": 5}
