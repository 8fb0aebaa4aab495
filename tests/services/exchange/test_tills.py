"""Merchants through the service: keys, payments, refunds, statements and test mode."""

import pytest
from sqlalchemy import text

from contracts import errors
from tests.services.exchange.conftest import person


def authorize(exchange, till, points=40, reference="sale-1", by="per_li"):
    digits = exchange.call("issue_paycode", actor=person(by))["paycode"]
    form = {"paycode": digits, "points": points, "merchant_reference": reference}
    return exchange.call("authorize", actor=till, **form)


def held(exchange, till, **more):
    payment = authorize(exchange, till, **more)
    exchange.hold(exchange.emitted[-1])
    return payment["id"]


def names(events):
    return [event.name() for event in events]


def test_a_till_captures_part_of_a_hold_and_refunds_part_of_that(exchange):
    till = exchange.shop()
    payment = held(exchange, till)

    captured = exchange.call("capture", actor=till, payment_id=payment, points=30)
    refunded = exchange.call("refund", actor=till, authorization_id=payment, points=10, merchant_reference="back-1")

    assert (captured["status"], captured["captured"]) == ("captured", 30)
    assert (refunded["points"], refunded["refunded"]) == (10, 10)
    assert names(exchange.emitted)[-3:] == ["PaymentAuthorized", "PaymentCaptured", "PaymentRefunded"]
    assert [event.points for event in exchange.emitted[-3:]] == [40, 30, 10]
    with pytest.raises(errors.AmountExceedsHold):
        exchange.call("refund", actor=till, authorization_id=payment, points=21, merchant_reference="back-2")


def test_a_pay_code_is_charged_once_and_within_a_minute(exchange):
    till = exchange.shop()
    digits = exchange.call("issue_paycode", actor=person("per_li"))["paycode"]
    exchange.call("authorize", actor=till, paycode=digits, points=5, merchant_reference="sale-1")
    late = exchange.call("issue_paycode", actor=person("per_li"))["paycode"]

    with pytest.raises(errors.PaycodeInvalid):
        exchange.call("authorize", actor=till, paycode=digits, points=5, merchant_reference="sale-2")
    exchange.later(seconds=61)
    with pytest.raises(errors.PaycodeInvalid):
        exchange.call("authorize", actor=till, paycode=late, points=5, merchant_reference="sale-3")


def test_a_reused_reference_leaves_the_pay_code_unused(exchange):
    till = exchange.shop()
    authorize(exchange, till)
    digits = exchange.call("issue_paycode", actor=person("per_li"))["paycode"]

    with pytest.raises(errors.ReferenceReused):
        exchange.call("authorize", actor=till, paycode=digits, points=5, merchant_reference="sale-1")
    assert exchange.call("authorize", actor=till, paycode=digits, points=5, merchant_reference="sale-2")


def test_a_refused_payment_leaves_its_reference_free(exchange):
    till = exchange.shop()
    first = authorize(exchange, till, points=4000)
    exchange.hold(exchange.emitted[-1], available=3)

    second = authorize(exchange, till, points=5)

    def found():
        return exchange.call("list_transactions", actor=till, merchant_reference="sale-1")["authorization"]

    assert (found()["id"], found()["status"]) == (second["id"], "pending")
    exchange.hold(exchange.emitted[-1], available=3)
    assert (found()["id"], found()["status"]) == (max(first["id"], second["id"]), "refused")


def test_a_hold_whose_time_is_over_is_shown_as_expired_before_the_timer_stored_it(exchange):
    till = exchange.shop()
    payment = held(exchange, till)

    exchange.later(minutes=10)

    assert exchange.call("get_payment", actor=till, payment_id=payment)["status"] == "expired"


ALL = {"first_day": None, "last_day": None, "till": None, "shop_id": None, "merchant_reference": None}
ALL |= {"limit": 20, "cursor": None}


def listed(exchange, call, actor, **query):
    return [found["id"] for found in exchange.call(call, actor=actor, **ALL | query)["data"]]


def test_a_merchant_lists_its_authorizations_by_status_day_and_till(exchange):
    till, other = exchange.shop(), exchange.shop(name="理发店")
    first, second = held(exchange, till, reference="sale-1"), held(exchange, till, reference="sale-2")
    exchange.call("capture", actor=till, payment_id=first)

    def found(**query):
        return listed(exchange, "list_authorizations", till, **{"status": None} | query)

    assert found() == [second, first]
    assert found(status="authorized") == [second]
    assert found(merchant_reference="sale-1") == [first]
    assert found(first_day="2026-11-03", last_day="2026-11-03") == [second, first]
    assert found(last_day="2026-11-02") == found(first_day="2026-11-04") == found(till="9") == []
    assert listed(exchange, "list_authorizations", other, status=None) == []
    page = exchange.call("list_authorizations", actor=till, **ALL | {"status": None, "limit": 1})
    assert found(cursor=page["next_cursor"]) == [first]


def test_an_overdue_authorization_is_listed_as_expired_before_the_timer_stored_it(exchange):
    till = exchange.shop()
    payment = held(exchange, till)
    exchange.later(minutes=10)

    assert listed(exchange, "list_authorizations", till, status="expired") == [payment]
    assert listed(exchange, "list_authorizations", till, status="authorized") == []


def test_refunds_are_read_one_by_one_and_in_lists(exchange):
    till, other = exchange.shop(), exchange.shop(name="理发店")
    payment = held(exchange, till)
    exchange.call("capture", actor=till, payment_id=payment)
    form = {"authorization_id": payment, "points": 5, "merchant_reference": "back-1"}
    made = exchange.call("refund", actor=till, till="3", **form)

    assert exchange.call("get_refund", actor=till, refund_id=made["id"]) == made
    assert listed(exchange, "list_refunds", till, till="3") == [made["id"]]
    assert listed(exchange, "list_refunds", till, till="4") == []
    with pytest.raises(errors.NotFound):
        exchange.call("get_refund", actor=other, refund_id=made["id"])


def test_redemptions_are_read_one_by_one_and_in_lists(exchange):
    till = exchange.shop()
    code = exchange.confirmed(exchange.reward())["voucher"]["code"]
    made = exchange.call("redeem_voucher", actor=till, code=code, till="3", merchant_reference="sale-1")

    shown = exchange.call("get_redemption", actor=till, redemption_id=made["id"])
    assert shown.items() <= made.items()
    assert "person_id" not in shown
    assert listed(exchange, "list_redemptions", till, merchant_reference="sale-1") == [made["id"]]
    assert listed(exchange, "list_redemptions", till, merchant_reference="sale-2") == []


def redeemed(exchange, actor, reward, **more):
    code = exchange.confirmed(reward)["voucher"]["code"]
    return code, exchange.call("redeem_voucher", actor=actor, code=code, **more)["id"]


def test_a_mis_scanned_redemption_is_undone_with_points_stock_and_settlement(exchange):
    till, reward = exchange.shop(), exchange.reward(stock=10)
    code, redemption = redeemed(exchange, till, reward, till="3", merchant_reference="sale-1")

    undone = exchange.call(
        "undo_redemption", actor=till, redemption_id=redemption, till="3", merchant_reference="back-1"
    )

    assert undone["undone_at"] == exchange.call("get_redemption", actor=till, redemption_id=redemption)["undone_at"]
    assert undone["undone_at"] is not None
    event = exchange.emitted[-1]
    assert (event.name(), event.points, event.account) == ("RedemptionUndone", 50, "hou_1")
    assert exchange.call("get_reward", actor=person("per_li"), reward_id=reward)["left"] == 10
    statement = exchange.call("get_settlement", actor=till, period="2026-11")
    assert (statement["redemptions"]["points"], statement["refunds"]["points"], statement["total"]["points"]) == (
        50,
        -50,
        0,
    )
    assert listed(exchange, "list_refunds", till) == []
    with pytest.raises(errors.VoucherExpired):
        exchange.call("redeem_voucher", actor=till, code=code)
    with pytest.raises(errors.RedemptionNotUndoable):
        exchange.call("undo_redemption", actor=till, redemption_id=redemption, till="3")


def test_a_redemption_is_undone_only_at_its_till_by_its_merchant_and_in_time(exchange):
    till, other, reward = exchange.shop(), exchange.shop(name="理发店"), exchange.reward()
    _code, redemption = redeemed(exchange, till, reward, till="3")

    with pytest.raises(errors.NotFound):
        exchange.call("undo_redemption", actor=other, redemption_id=redemption, till="3")
    with pytest.raises(errors.RedemptionNotUndoable) as refusal:
        exchange.call("undo_redemption", actor=till, redemption_id=redemption, till="4")
    assert refusal.value.facts["reason"] == "another_till"
    exchange.later(minutes=15)
    with pytest.raises(errors.RedemptionNotUndoable) as refusal:
        exchange.call("undo_redemption", actor=till, redemption_id=redemption, till="3")
    assert refusal.value.facts == {"reason": "too_late", "minutes": 15}


def test_an_uncaptured_hold_expires_by_timer(exchange):
    till = exchange.shop()
    payment = held(exchange, till)

    assert names(exchange.later(minutes=10).tick("expire")) == ["PaymentVoided"]
    assert exchange.tick("expire") == []
    for end in ("capture", "void"):
        with pytest.raises(errors.HoldAlreadyResolved):
            exchange.call(end, actor=till, payment_id=payment)


def test_a_payment_beyond_the_balance_is_refused_with_the_available_points(exchange):
    till = exchange.shop()
    payment = authorize(exchange, till)
    exchange.hold(exchange.emitted[-1], available=3)

    found = exchange.call("get_payment", actor=till, payment_id=payment["id"])
    assert (found["status"], found["refusal_code"]) == ("refused", "insufficient_points")


def test_a_payment_from_a_closed_account_is_refused_as_account_closed(exchange):
    till = exchange.shop()
    payment = authorize(exchange, till)
    exchange.hold(exchange.emitted[-1], available=300, reason="account_closed")

    found = exchange.call("get_payment", actor=till, payment_id=payment["id"])
    assert (found["status"], found["refusal_code"]) == ("refused", "account_closed")


def test_a_payment_is_invisible_to_other_merchants(exchange):
    payment = held(exchange, exchange.shop())
    with pytest.raises(errors.NotFound):
        exchange.call("capture", actor=exchange.shop(name="理发店"), payment_id=payment)


def test_a_statement_sums_its_lines_and_opens_with_the_last_closing_balance(exchange):
    till = exchange.shop()
    order = exchange.confirmed(exchange.reward())
    exchange.call("redeem_voucher", actor=till, code=order["voucher"]["code"], merchant_reference="sale-0")
    payment = held(exchange, till)
    exchange.call("capture", actor=till, payment_id=payment)
    exchange.later(days=30)
    exchange.call("refund", actor=till, authorization_id=payment, points=15, merchant_reference="back-1")

    november, december = (exchange.call("get_settlement", actor=till, period=p) for p in ("2026-11", "2026-12"))

    assert (november["opening"]["points"], november["closing"]["points"]) == (0, 90)
    assert [line["kind"] for line in november["data"]] == ["redemption", "capture"]
    assert december["opening"] == november["closing"]
    assert december["refunds"] == {"points": -15, "amount_fen": -1500}
    assert december["closing"] == {"points": 75, "amount_fen": 7500}
    listed = exchange.call("list_settlements", actor=till)["data"]
    assert [statement["period"] for statement in listed] == ["2026-12", "2026-11"]
    assert listed[1]["closing"] == november["closing"]


def test_a_sale_is_found_by_its_reference(exchange):
    till = exchange.shop()
    payment = held(exchange, till)
    exchange.call("capture", actor=till, payment_id=payment)

    found = exchange.call("list_transactions", actor=till, merchant_reference="sale-1")

    assert found["authorization"]["id"] == payment
    assert [line["kind"] for line in found["data"]] == ["capture"]
    assert exchange.call("list_transactions", actor=till, merchant_reference="sale-2")["authorization"] is None


def test_a_key_allows_its_scopes_until_it_is_revoked(exchange):
    merchant = exchange.call("admit_merchant", actor=person("per_committee"), name="善治超市")["id"]
    issue = {"actor": person("per_committee"), "merchant_id": merchant, "mode": "live", "shown": "sz_live_a1"}
    issue |= {"algorithm": "hmac-sha256", "material": "c2VhbGVk"}
    key = exchange.call("issue_key", scopes=["vouchers"], digest="one", **issue)
    exchange.call("issue_key", scopes=["vouchers"], digest="two", **issue)

    assert exchange.call("authenticate_key", key_hash="one", scopes=["vouchers"])["merchant"] == merchant
    with pytest.raises(errors.TooManyKeys):
        exchange.call("issue_key", scopes=["vouchers"], digest="three", **issue)
    with pytest.raises(errors.ScopeMissing):
        exchange.call("authenticate_key", key_hash="one", scopes=["payments"])
    exchange.call("revoke_key", actor=person("per_committee"), merchant_id=merchant, key_id=key["id"])
    with pytest.raises(errors.KeyInvalid):
        exchange.call("authenticate_key", key_hash="one", scopes=["vouchers"])
    assert exchange.call("issue_key", scopes=["vouchers"], digest="three", **issue)


def test_only_the_committee_manages_merchants(exchange):
    with pytest.raises(errors.RoleMissing):
        exchange.call("admit_merchant", actor=person("per_li"), name="善治超市")
    with pytest.raises(errors.RoleMissing):
        exchange.call("list_keys", actor=person("per_li"), merchant_id="mer_any")


def test_test_mode_settles_separately(exchange):
    live = exchange.shop()
    test = exchange.till(live["merchant"], "test")
    rice = exchange.reward()
    emitted_before = len(exchange.emitted)

    voucher = exchange.call("make_test_voucher", actor=test, reward_id=rice)["voucher"]["code"]
    with pytest.raises(errors.VoucherNotFound):
        exchange.call("redeem_voucher", actor=live, code=voucher)
    exchange.call("redeem_voucher", actor=test, code=voucher, merchant_reference="sale-1")
    digits = exchange.call("make_test_paycode", actor=test)["paycode"]
    with pytest.raises(errors.PaycodeInvalid):
        exchange.call("authorize", actor=live, paycode=digits, points=5, merchant_reference="sale-1")
    payment = exchange.call("authorize", actor=test, paycode=digits, points=40, merchant_reference="sale-1")
    exchange.call("capture", actor=test, payment_id=payment["id"])

    assert len(exchange.emitted) == emitted_before
    assert exchange.call("get_reward", actor=person("per_li"), reward_id=rice)["left"] == 10
    assert exchange.call("get_settlement", actor=test, period="2026-11")["total"]["points"] == 90
    assert exchange.call("get_settlement", actor=live, period="2026-11")["total"]["points"] == 0


def test_test_mode_refuses_beyond_its_balance(exchange):
    test = exchange.shop("test")
    digits = exchange.call("make_test_paycode", actor=test)["paycode"]
    payment = exchange.call("authorize", actor=test, paycode=digits, points=1001, merchant_reference="sale-1")
    assert payment["status"] == "refused"


def test_live_keys_make_no_test_vouchers_and_pay_codes(exchange):
    with pytest.raises(errors.TestModeOnly):
        exchange.call("make_test_paycode", actor=exchange.shop())


def test_a_nonce_is_accepted_once_per_key(exchange):
    shop = exchange.shop()
    exchange.till(shop["merchant"], "test")
    form = {"key_hash": f"{shop['merchant']}-live", "nonce": "n-1", "scopes": ["payments"]}
    assert exchange.call("admit_signed", **form)["key"] == shop["key"]
    with pytest.raises(errors.NonceReplayed):
        exchange.call("admit_signed", **form)
    assert exchange.call("admit_signed", **form | {"key_hash": f"{shop['merchant']}-test"})
    exchange.later(minutes=10, seconds=1).tick("forget_nonces")
    with exchange.transaction() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM signature_nonces")) == 0
