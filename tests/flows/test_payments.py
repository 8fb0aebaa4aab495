"""Payments at a till: hold, capture, void, refund, each once under concurrent requests (R27, R28)."""

import uuid
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import text

from deploy.demo.api_client import ApiClient, retry_until_known, wait_for
from deploy.local.stack import Stack
from tests.flows.community import Community, Json, expect_refused
from tests.flows.concurrency import error_codes, run_concurrently
from tests.flows.database import transaction

BALANCE = 500


@pytest.fixture(scope="module")
def till(community: Community) -> ApiClient:
    """A till in a community in which 孙八 has points."""
    community.credit_points(孙八=BALANCE)
    return community.create_till()


@pytest.fixture(autouse=True)
def _balance_restored(community: Community, till: ApiClient) -> Iterator[None]:
    """Check that each test leaves the balance as it was."""
    yield
    wait_for("the restored balance", lambda: _balance(community) == (BALANCE, 0))


def test_r27_part_of_a_hold_is_captured_and_part_of_that_refunded(community: Community, till: ApiClient) -> None:
    payment = _authorize(community, till, 60)
    wait_for("the hold", lambda: _balance(community) == (BALANCE - 60, 60))
    path = f"/v1/merchant/authorizations/{payment['id']}"
    with expect_refused("amount_exceeds_hold", 422):
        till.post(f"{path}/capture", {"points": 61})
    captured = till.post(f"{path}/capture", {"points": 40})
    assert (captured["status"], captured["captured"]) == ("captured", 40)
    wait_for("the captured points", lambda: _balance(community) == (BALANCE - 40, 0))
    for act in ("capture", "void"):
        with expect_refused("hold_already_resolved", 409):
            till.post(f"{path}/{act}")

    _refund(till, payment, 30)
    with expect_refused("amount_exceeds_hold", 422):
        _refund(till, payment, 11)
    _refund(till, payment, 10)
    assert (till.get(path)["captured"], till.get(path)["refunded"]) == (40, 40)
    listed = till.get("/v1/merchant/transactions", merchant_reference=payment["merchant_reference"])
    assert listed["authorization"]["id"] == payment["id"]


def test_a_void_releases_the_hold(community: Community, till: ApiClient) -> None:
    payment = _authorize(community, till, 60)
    assert till.post(f"/v1/merchant/authorizations/{payment['id']}/void")["status"] == "voided"
    with expect_refused("hold_already_resolved", 409):
        till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")


def test_concurrent_captures_and_voids_end_a_hold_once(community: Community, till: ApiClient) -> None:
    payment = _authorize(community, till, 60)
    path = f"/v1/merchant/authorizations/{payment['id']}"
    outcomes = run_concurrently(*[partial(till.post, f"{path}/{act}") for act in ("capture", "void") * 4])
    assert error_codes(outcomes) == ["hold_already_resolved"] * 7
    if till.get(path)["status"] == "captured":
        _refund(till, payment, 60)


def test_concurrent_refunds_never_exceed_the_captured_points(community: Community, till: ApiClient) -> None:
    payment = _authorize(community, till, 50)
    till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")
    outcomes = run_concurrently(*[partial(_refund, till, payment, 10)] * 8)
    assert error_codes(outcomes) == ["amount_exceeds_hold"] * 3


def test_a_pay_code_is_valid_once_and_for_a_minute(community: Community, till: ApiClient, stack: Stack) -> None:
    code = _paycode(community)
    outcomes = run_concurrently(*[partial(_pay, till, code, 5)] * 4)
    assert error_codes(outcomes) == ["paycode_invalid"] * 3
    [payment] = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")

    code = _paycode(community)
    _expire_paycodes(stack, community)
    with expect_refused("paycode_invalid", 422):
        _pay(till, code, 5)
    with expect_refused("paycode_invalid", 422):
        _pay(till, "86" + "0" * 16, 5)


def test_a_payment_above_the_balance_is_refused_without_revealing_it(community: Community, till: ApiClient) -> None:
    reference = uuid.uuid4().hex
    with expect_refused("insufficient_points", 422):
        _pay(till, _paycode(community), BALANCE + 1, reference)
    shown = till.get("/v1/merchant/transactions", merchant_reference=reference)
    assert (shown["authorization"]["status"], shown["data"]) == ("refused", [])
    outcomes = run_concurrently(*[partial(_pay, till, _paycode(community), BALANCE // 2 + 1) for _ in range(3)])
    assert error_codes(outcomes) == ["insufficient_points"] * 2
    [payment] = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")


def test_a_merchant_reference_is_used_once(community: Community, till: ApiClient) -> None:
    payment = _authorize(community, till, 5)
    with expect_refused("merchant_reference_reused", 409):
        _pay(till, _paycode(community), 5, payment["merchant_reference"])
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")


def test_a_payment_is_not_found_by_another_merchant(community: Community, till: ApiClient) -> None:
    other = community.create_till("另一家")
    payment = _authorize(community, till, 5)
    for path in ("", "/capture", "/void"):
        with expect_refused("not_found", 404):
            url = f"/v1/merchant/authorizations/{payment['id']}{path}"
            other.post(url) if path else other.get(url)
    till.post(f"/v1/merchant/authorizations/{payment['id']}/void")
    assert other.get("/v1/merchant/transactions")["data"] == []


def test_r27_a_payment_in_test_mode_moves_no_points(community: Community, till: ApiClient) -> None:
    test_till = community.create_till("试营业", mode="test")
    code = test_till.post("/v1/merchant/test-paycodes")["paycode"]
    with expect_refused("paycode_invalid", 422):
        _pay(till, code, 5)
    payment = _pay(test_till, code, 5)
    assert test_till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")["status"] == "captured"
    assert _balance(community) == (BALANCE, 0)


def _balance(community: Community) -> tuple[int, int]:
    passbook = community.passbook("孙八")
    return passbook["available"], passbook["held"]


def _paycode(community: Community) -> str:
    return str(retry_until_known(lambda: community["孙八"].post("/v1/me/paycode"))["paycode"])


def _pay(till: ApiClient, paycode: str, points: int, reference: str = "") -> Json:
    form = {"paycode": paycode, "points": points, "merchant_reference": reference or uuid.uuid4().hex}
    requested: Json = till.post("/v1/merchant/authorizations", form)

    def authorized() -> Json | None:
        payment: Json = till.get(f"/v1/merchant/authorizations/{requested['id']}")
        return payment if payment["status"] == "authorized" else None

    return wait_for("the hold in the ledger", authorized)


def _authorize(community: Community, till: ApiClient, points: int) -> Json:
    return _pay(till, _paycode(community), points)


def _refund(till: ApiClient, payment: Json, points: int) -> Json:
    form = {"authorization_id": payment["id"], "points": points, "merchant_reference": uuid.uuid4().hex}
    refund: Json = till.post("/v1/merchant/refunds", form)
    return refund


def _expire_paycodes(stack: Stack, community: Community) -> None:
    """Let the pay codes of the community expire a minute earlier."""
    with transaction(stack.owner_uris["exchange"]) as exchange:
        earlier = text("UPDATE paycodes SET expires_at = expires_at - interval '1 minute' WHERE community = :community")
        exchange.execute(earlier, {"community": community.id})
