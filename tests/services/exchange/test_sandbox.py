"""The documented outcomes of test mode (R27)."""

import re
from pathlib import Path

import pytest

from contracts import cards, errors, test_mode
from services.exchange.domain import sandbox
from services.exchange.domain.codes import grouped

PAGE = (Path(__file__).parents[3] / "docs" / "merchants.md").read_text("utf-8")


@pytest.fixture
def test(exchange):
    return exchange.shop("test")


def pay(exchange, test, code, points=5, reference="sale-1"):
    form = {"paycode": code, "points": points, "merchant_reference": reference}
    return exchange.call("authorize", actor=test, **form)


def pay_by_card(exchange, test, code=sandbox.CARD_CODE, pin_fits=True, reference="sale-1"):
    form = {"points": 5, "merchant_reference": reference, "pin_fits": pin_fits}
    return exchange.call("authorize_card", actor=test, card_digest=cards.digest(code), **form)


def test_the_page_for_merchants_lists_every_code():
    codes = {*sandbox.PAYCODE_PAYERS, *sandbox.PAYCODE_REFUSALS, *map(grouped, sandbox.VOUCHER_REFUSALS)}
    codes |= {
        cards.formatted(code)
        for code in (sandbox.CARD_CODE, sandbox.LOCKED_CARD_CODE, sandbox.LIMITED_CARD_CODE, sandbox.NEW_CARD_CODE)
    }
    listed = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert {code for code in listed if re.fullmatch(r"[0-9A-Z-]{14,}", code)} == codes


@pytest.mark.parametrize(
    ("code", "status", "refusal_code"),
    [
        ("860000000000000200", "authorized", None),
        ("860000000000000202", "pending", None),
        ("860000000000004221", "refused", "insufficient_points"),
        ("860000000000004222", "refused", "account_closed"),
        ("860000000000000429", "authorized", None),
        ("860000000000000503", "authorized", None),
    ],
)
def test_a_documented_pay_code_has_its_outcome_each_time(exchange, test, code, status, refusal_code):
    for reference in ("sale-1", "sale-2"):
        paid = pay(exchange, test, code, reference=reference)
        assert (paid["status"], paid["refusal_code"]) == (status, refusal_code)


@pytest.mark.parametrize("code", sandbox.PAYCODE_REFUSALS)
def test_a_documented_pay_code_is_refused(exchange, test, code):
    with pytest.raises(sandbox.PAYCODE_REFUSALS[code]):
        pay(exchange, test, code)


@pytest.mark.parametrize("code", test_mode.VOUCHERS)
def test_a_voucher_that_the_gateway_refuses_at_first_is_a_new_one_each_time(exchange, test, code):
    exchange.reward(merchant_ids=[test["merchant"]])
    with pytest.raises(test_mode.VOUCHERS[code]):
        exchange.call("verify_voucher", actor=test, code=code)
    redeemed = [exchange.call("redeem_voucher", actor=test, code=grouped(code))["voucher_id"] for _ in range(2)]
    assert len(set(redeemed)) == 2


@pytest.mark.parametrize("code", sorted(sandbox.VOUCHER_REFUSALS.keys() - test_mode.VOUCHERS.keys()))
def test_a_documented_voucher_is_refused(exchange, test, code):
    for call in ("verify_voucher", "redeem_voucher"):
        with pytest.raises(sandbox.VOUCHER_REFUSALS[code]):
            exchange.call(call, actor=test, code=grouped(code).lower())


def test_the_documented_codes_are_unknown_to_live_keys(exchange):
    live = exchange.shop()
    with pytest.raises(errors.PaycodeInvalid):
        pay(exchange, live, "860000000000000200")
    with pytest.raises(errors.VoucherNotFound):
        exchange.call("redeem_voucher", actor=live, code="TEST-0000-0410")


def test_a_pending_payment_is_authorized_after_five_seconds(exchange, test):
    payment = pay(exchange, test, "860000000000000202")["id"]
    exchange.tick("expire")
    assert exchange.call("get_payment", actor=test, payment_id=payment)["status"] == "pending"
    exchange.later(seconds=5).tick("expire")
    assert exchange.call("get_payment", actor=test, payment_id=payment)["status"] == "authorized"


def test_five_wrong_pins_lock_the_test_card_for_a_minute_for_this_merchant_alone(exchange, test):
    other = exchange.shop("test", name="理发店")
    left = [pay_by_card(exchange, test, pin_fits=False)["tries_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(errors.CardLocked):
        pay_by_card(exchange, test)
    assert pay_by_card(exchange, other)["status"] == "authorized"
    exchange.later(minutes=1)
    assert pay_by_card(exchange, test)["status"] == "authorized"


def test_there_is_a_card_that_is_locked_and_one_whose_limit_is_reached(exchange, test):
    with pytest.raises(errors.CardLocked):
        pay_by_card(exchange, test, sandbox.LOCKED_CARD_CODE)
    with pytest.raises(errors.CardLimitReached):
        pay_by_card(exchange, test, sandbox.LIMITED_CARD_CODE)


@pytest.mark.parametrize("pin_fits", [True, False])
def test_there_is_a_new_card_that_nobody_has_activated_whatever_the_pin(exchange, test, pin_fits):
    for _ in range(6):
        with pytest.raises(errors.CardNotActive) as refused:
            pay_by_card(exchange, test, sandbox.NEW_CARD_CODE, pin_fits=pin_fits)
    assert refused.value.facts == {"active_from": "2026-11-05T02:00:00Z"}
