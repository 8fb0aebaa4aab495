"""Paying at the till: held, captured, released, given back; each once, however often it is asked for (R27, R28)."""

import uuid
from functools import partial
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from deploy.demo.visitors import Visitor, once_told, until
from deploy.local.stack import Stack
from tests.flows.at_once import at_once, refusals
from tests.flows.village import Answer, Village, refused

EARNED = 500


@pytest.fixture(scope="module")
def till(village: Village) -> Visitor:
    """A shop's till in a village where 孙八 has points."""
    village.earn(孙八=EARNED)
    return village.shop()


@pytest.fixture(autouse=True)
def _all_points_come_back(village: Village, till: Visitor) -> Any:
    """Each test begins and ends with the same balance."""
    yield
    until("the balance as it was", lambda: _balance(village) == (EARNED, 0))


def test_r27_part_of_a_hold_is_captured_and_part_of_that_given_back(village: Village, till: Visitor) -> None:
    payment = _authorize(village, till, 60)
    until("the hold", lambda: _balance(village) == (EARNED - 60, 60))
    path = f"/v1/merchant/authorizations/{payment['id']}"
    with refused("amount_exceeds_hold", 422):
        till.post(f"{path}/capture", {"points": 61})
    captured = till.post(f"{path}/capture", {"points": 40})
    assert (captured["status"], captured["captured"]) == ("captured", 40)
    until("what was captured", lambda: _balance(village) == (EARNED - 40, 0))
    for act in ("capture", "void"):
        with refused("hold_already_resolved", 409):
            till.post(f"{path}/{act}")

    _refund(till, payment, 30)
    with refused("amount_exceeds_hold", 422):
        _refund(till, payment, 11)
    _refund(till, payment, 10)
    assert (till.get(path)["captured"], till.get(path)["refunded"]) == (40, 40)
    listed = till.get("/v1/merchant/transactions", merchant_reference=payment["merchant_reference"])
    assert listed["authorization"]["id"] == payment["id"]


def test_a_void_releases_everything(village: Village, till: Visitor) -> None:
    payment = _authorize(village, till, 60)
    assert till.post(f"/v1/merchant/authorizations/{payment['id']}/void")["status"] == "voided"
    with refused("hold_already_resolved", 409):
        till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")


def test_a_hold_ends_once_though_captured_and_voided_at_once(village: Village, till: Visitor) -> None:
    payment = _authorize(village, till, 60)
    path = f"/v1/merchant/authorizations/{payment['id']}"
    outcomes = at_once(*[partial(till.post, f"{path}/{act}") for act in ("capture", "void") * 4])
    assert refusals(outcomes) == ["hold_already_resolved"] * 7
    if till.get(path)["status"] == "captured":
        _refund(till, payment, 60)


def test_refunds_at_once_never_give_back_more_than_was_captured(village: Village, till: Visitor) -> None:
    payment = _authorize(village, till, 50)
    till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")
    outcomes = at_once(*[partial(_refund, till, payment, 10)] * 8)
    assert refusals(outcomes) == ["amount_exceeds_hold"] * 3


def test_a_pay_code_is_good_once_and_for_a_minute(village: Village, till: Visitor, stack: Stack) -> None:
    code = _paycode(village)
    outcomes = at_once(*[partial(_pay, till, code, 5)] * 4)
    assert refusals(outcomes) == ["paycode_invalid"] * 3
    [payment] = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")

    code = _paycode(village)
    _let_a_minute_pass(stack, village)
    with refused("paycode_invalid", 422):
        _pay(till, code, 5)
    with refused("paycode_invalid", 422):
        _pay(till, "86" + "0" * 16, 5)


def test_more_than_there_is_is_refused_and_the_till_is_not_told_what_there_is(village: Village, till: Visitor) -> None:
    reference = uuid.uuid4().hex
    with refused("insufficient_points", 422):
        _pay(till, _paycode(village), EARNED + 1, reference)
    shown = till.get("/v1/merchant/transactions", merchant_reference=reference)
    assert (shown["authorization"]["status"], shown["data"]) == ("refused", [])
    outcomes = at_once(*[partial(_pay, till, _paycode(village), EARNED // 2 + 1) for _ in range(3)])
    assert refusals(outcomes) == ["insufficient_points"] * 2
    [payment] = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")


def test_a_merchants_number_names_one_sale(village: Village, till: Visitor) -> None:
    payment = _authorize(village, till, 5)
    with refused("merchant_reference_reused", 409):
        _pay(till, _paycode(village), 5, payment["merchant_reference"])
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")


def test_another_shop_finds_neither_the_payment_nor_a_voucher_of_its_rivals(village: Village, till: Visitor) -> None:
    other = village.shop("另一家")
    payment = _authorize(village, till, 5)
    for path in ("", "/capture", "/void"):
        with refused("not_found", 404):
            whole = f"/v1/merchant/authorizations/{payment['id']}{path}"
            other.post(whole) if path else other.get(whole)
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")
    assert other.get("/v1/merchant/transactions")["data"] == []


def test_r27_a_sale_at_a_test_till_moves_nobodys_points(village: Village, till: Visitor) -> None:
    trying = village.shop("试营业", mode="test")
    code = trying.post("/v1/merchant/test-paycodes")["paycode"]
    with refused("paycode_invalid", 422):
        _pay(till, code, 5)
    payment = _pay(trying, code, 5)
    assert trying.post(f"/v1/merchant/authorizations/{payment['id']}/capture")["status"] == "captured"
    assert _balance(village) == (EARNED, 0)


def _balance(village: Village) -> tuple[int, int]:
    book = village.book("孙八")
    return book["available"], book["held"]


def _paycode(village: Village) -> str:
    return str(once_told(lambda: village["孙八"].post("/v1/me/paycode"))["paycode"])


def _pay(till: Visitor, paycode: str, points: int, reference: str = "") -> Answer:
    form = {"paycode": paycode, "points": points, "merchant_reference": reference or uuid.uuid4().hex}
    asked: Answer = till.post("/v1/merchant/authorizations", form)

    def authorized() -> Answer | None:
        payment: Answer = till.get(f"/v1/merchant/authorizations/{asked['id']}")
        return payment if payment["status"] == "authorized" else None

    return until("the bank's answer", authorized)


def _authorize(village: Village, till: Visitor, points: int) -> Answer:
    return _pay(till, _paycode(village), points)


def _refund(till: Visitor, payment: Answer, points: int) -> Answer:
    form = {"authorization_id": payment["id"], "points": points, "merchant_reference": uuid.uuid4().hex}
    given_back: Answer = till.post("/v1/merchant/refunds", form)
    return given_back


def _let_a_minute_pass(stack: Stack, village: Village) -> None:
    """For the village's pay codes alone."""
    store = create_engine(stack.owner_uris["exchange"], poolclass=NullPool)
    with store.begin() as connection:
        older = text("UPDATE paycodes SET expires_at = expires_at - interval '1 minute' WHERE community = :community")
        connection.execute(older, {"community": village.id})
