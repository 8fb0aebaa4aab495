"""The rules of partner merchants, their keys and what they are owed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import Invalid, KeyInvalid, MerchantSuspended, ScopeMissing, TooManyKeys
from services.exchange.domain.merchants import Key, Merchant
from services.exchange.domain.settlement import Line, Statement, Sum
from tests.services.exchange.factories import COMMUNITY, NOW, TILL, authorized, confirmed, rice


def shop() -> Merchant:
    return Merchant.admit(community=COMMUNITY, name="善治超市", address="", at=NOW)


def key(merchant, active=0):
    terms = {"shown": "sz_live_a1B2c3", "digest": "5e88", "by": "per_wang", "at": NOW}
    terms |= {"algorithm": "hmac-sha256", "material": "c2VhbGVk"}
    return Key.issue(merchant, "live", ["vouchers"], active=active, **terms)


def test_two_keys_may_be_active_and_no_third():
    assert key(shop(), active=1)
    with pytest.raises(TooManyKeys):
        key(shop(), active=2)


def test_a_revoked_key_is_refused():
    working = key(shop())
    working.revoke(NOW)
    with pytest.raises(KeyInvalid):
        working.require_scope(shop(), ["vouchers"])


def test_a_suspended_merchants_keys_are_refused_and_it_gets_no_new_one():
    merchant = shop()
    working = key(merchant)
    merchant.revise(name="善治超市", address="", active=False)

    with pytest.raises(KeyInvalid):
        working.require_scope(merchant, ["vouchers"])
    with pytest.raises(MerchantSuspended):
        key(merchant)


def test_a_key_allows_its_scopes_only():
    working = key(shop())
    working.require_scope(shop(), ["vouchers"])
    with pytest.raises(ScopeMissing):
        working.require_scope(shop(), ["payments"])


def test_stock_is_never_revised_below_what_was_ordered():
    reward = rice()
    confirmed(reward, 4)
    with pytest.raises(Invalid):
        reward.revise(stock=3)


def test_a_refund_has_its_own_line():
    order, payment = confirmed(rice()), authorized(40)
    payment.capture(30, NOW)
    refund, _ = payment.refund(10, NOW)

    lines = [
        Line.of_redemption(order, TILL, merchant_reference="sale-1", point_value_fen=100, at=NOW),
        Line.of_capture(payment, TILL, point_value_fen=100, at=NOW),
        Line.of_refund(refund, 10, payment, TILL, merchant_reference="refund-1", point_value_fen=100, at=NOW),
    ]

    assert [(line.kind, line.points, line.amount_fen) for line in lines] == [
        ("redemption", 50, 5000),
        ("capture", 30, 3000),
        ("refund", -10, -1000),
    ]
    assert {line.period for line in lines} == {"2026-11"}


@given(*[st.integers(0, 1000)] * 4)
def test_a_statements_closing_balance_opens_the_next_one(before, redeemed, captured, refunded):
    statement = Statement.of(
        "2026-11",
        Sum(points=before, amount_fen=before * 100),
        [
            ("redemption", Sum(points=redeemed, amount_fen=redeemed * 100), 1),
            ("capture", Sum(points=captured, amount_fen=captured * 100), 1),
            ("refund", Sum(points=-refunded, amount_fen=-refunded * 100), 1),
        ],
    )

    assert statement.closing.points == before + redeemed + captured - refunded
    assert statement.closing.amount_fen == statement.closing.points * 100
