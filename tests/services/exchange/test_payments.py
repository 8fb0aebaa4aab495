"""The rules of payment at the till."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import AmountExceedsHold, HoldAlreadyResolved, PaycodeInvalid, WrongState
from services.exchange.domain.payments import HOLD_LIFETIME, PAYCODE_LIFETIME, Paycode, Payment, State
from tests.services.exchange.factories import COMMUNITY, NOW, PAYER, TILL, authorized, requested


def authorize(paycode, at=NOW):
    return Payment.authorize(paycode, 5, TILL, merchant_reference="sale-1", at=at)


def test_a_pay_code_works_once():
    paycode, digits = Paycode.issue(PAYER, community=COMMUNITY, at=NOW)
    authorize(paycode)

    assert len(digits) == 18
    with pytest.raises(PaycodeInvalid):
        authorize(paycode)


def test_a_pay_code_works_for_a_minute():
    paycode, _ = Paycode.issue(PAYER, community=COMMUNITY, at=NOW)
    with pytest.raises(PaycodeInvalid):
        authorize(paycode, at=NOW + PAYCODE_LIFETIME)


def test_a_partial_capture_releases_the_rest():
    payment = authorized(40)

    [captured] = payment.capture(30, NOW)

    assert (captured.points, payment.captured, payment.state) == (30, 30, State.CAPTURED)


def test_a_till_never_captures_more_than_is_held():
    payment = authorized(40)
    with pytest.raises(AmountExceedsHold):
        payment.capture(41, NOW)
    assert payment.state == State.AUTHORIZED


def test_a_pending_payment_cannot_be_captured():
    with pytest.raises(WrongState):
        requested().capture(None, NOW)


@pytest.mark.parametrize(
    "end", [lambda p: p.capture(None, NOW), lambda p: p.void(NOW), lambda p: p.expire(NOW + HOLD_LIFETIME)]
)
def test_a_hold_ends_once(end):
    payment = authorized()
    end(payment)

    for again in (lambda: payment.capture(None, NOW), lambda: payment.void(NOW)):
        with pytest.raises(HoldAlreadyResolved):
            again()
    assert payment.expire(NOW + HOLD_LIFETIME) == []


def test_after_ten_minutes_nothing_can_be_captured_even_before_the_timer_has_run():
    with pytest.raises(HoldAlreadyResolved):
        authorized().capture(None, NOW + HOLD_LIFETIME)


@pytest.mark.parametrize("give_up", [lambda p: p.void(NOW), lambda p: p.expire(NOW + HOLD_LIFETIME)])
def test_a_payment_voided_before_the_answer_releases_the_hold_after_it(give_up):
    payment = requested()

    assert give_up(payment) == []
    [voided] = payment.hold_placed(NOW)

    assert (voided.name(), voided.points) == ("PaymentVoided", 40)


def test_a_payment_without_points_is_refused():
    payment = requested()
    assert payment.hold_refused(3, NOW)
    assert (payment.state, payment.history[-1]["available"]) == (State.REFUSED, 3)


def test_only_what_was_captured_can_be_refunded():
    payment = authorized()
    with pytest.raises(WrongState):
        payment.refund(1, NOW)
    payment.capture(30, NOW)

    _, [refunded] = payment.refund(10, NOW)

    assert (refunded.points, payment.refunded) == (10, 10)
    with pytest.raises(AmountExceedsHold):
        payment.refund(21, NOW)


@given(st.integers(1, 40), st.lists(st.integers(1, 40)))
def test_refunds_never_exceed_what_was_captured(captured, refunds):
    payment = authorized(40)
    payment.capture(captured, NOW + timedelta(minutes=1))
    for points in refunds:
        try:
            payment.refund(points, NOW)
        except AmountExceedsHold:
            assert payment.refunded + points > captured
    assert payment.refunded <= captured <= 40
