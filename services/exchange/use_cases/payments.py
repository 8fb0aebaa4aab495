"""Till payments: authorization by pay code or card, capture, void, refund (R27, R28)."""

from collections.abc import Sequence

from contracts.calendar import day_of, start_of
from contracts.calls.exchange.orders import Denial
from contracts.calls.exchange.payments import Payment as PaymentReply
from contracts.calls.exchange.tills import Authorization, Refund
from contracts.errors import CardInvalid
from services.exchange import schemas
from services.exchange.domain import sandbox
from services.exchange.domain.cards import LOCKED_FOR, Card, require_within_limit
from services.exchange.domain.merchants import Till
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.settlement import Line
from services.exchange.store import ExchangeScope, ExchangeTransaction
from services.exchange.use_cases.publishing import publish


def authorize(scope: ExchangeScope, till: Till, paycode: str, points: int, merchant_reference: str) -> Authorization:
    """Use up a pay code and request a hold. Raises PaycodeInvalid, ReferenceReused."""
    code = _paycode(scope, till, paycode)
    payment, events = Payment.authorize(code, points, till, merchant_reference=merchant_reference, at=scope.now)
    scope.payments.add(payment)
    publish(scope, payment, events)
    return schemas.authorization(payment, scope.now)


def find_card(scope: ExchangeScope, till: Till, digest: str) -> Card:
    """Return the card shown at a till, in test mode a test card. Raises CardInvalid."""
    return sandbox.card(till, digest) if till.mode == "test" else scope.cards.get(digest)


def authorize_by_card(
    scope: ExchangeScope, till: Till, card_digest: str, pin_fits: bool, points: int, merchant_reference: str
) -> Authorization | Denial:
    """Count the attempt and, if the PIN was right, request a hold; a wrong PIN commits and is returned as a denial.

    Raises CardInvalid, CardLocked, CardLimitReached, ReferenceReused.
    """
    if till.mode == "test":
        card, locked_for = scope.cards.get_or_add(sandbox.card(till, card_digest)), sandbox.CARD_LOCKED_FOR
        sandbox.require_usable(card_digest, scope.now)
    else:
        card, locked_for = scope.cards.get(card_digest, for_update=True), LOCKED_FOR
    if not card.accept(pin_fits, scope.now, locked_for=locked_for):
        return schemas.denial(card)
    if till.mode == "test":
        sandbox.require_below_limit(card_digest)
    else:
        require_within_limit(scope.policy.card_daily_points, spent_by_card(scope, card), points)
    holder = _holder_of(scope, till, card)
    payment, events = Payment.authorize_by_card(
        card, holder, points, till, merchant_reference=merchant_reference, at=scope.now
    )
    scope.payments.add(payment)
    publish(scope, payment, events)
    return schemas.authorization(payment, scope.now)


def spent_by_card(scope: ExchangeScope, card: Card) -> int:
    """Return the points that the household's card spent today, at tills and by orders."""
    since = start_of(day_of(scope.now))
    return scope.payments.spent_by_card(card, since) + scope.orders.spent_by_card(card, since)


def capture(scope: ExchangeScope, till: Till, payment_id: str, points: int | None) -> Authorization:
    """Capture a hold and add its settlement line. Raises NotFound and what `Payment.capture` raises."""
    payment = scope.payments.of_till(till, payment_id, for_update=True)
    publish(scope, payment, payment.capture(points, scope.now))
    value = scope.policy.point_value_fen
    scope.settlement.add(Line.of_capture(payment, till, point_value_fen=value, at=scope.now))
    return schemas.authorization(payment, scope.now)


def void(scope: ExchangeScope, till: Till, payment_id: str) -> Authorization:
    """Release a hold. Raises NotFound, HoldAlreadyResolved."""
    payment = scope.payments.of_till(till, payment_id, for_update=True)
    publish(scope, payment, payment.void(scope.now))
    return schemas.authorization(payment, scope.now)


def refund(scope: ExchangeScope, till: Till, payment_id: str, points: int, merchant_reference: str) -> Refund:
    """Refund points and add the settlement line. Raises NotFound, ReferenceReused and what `Payment.refund` raises."""
    payment = scope.payments.of_till(till, payment_id, for_update=True)
    refund_id, events = payment.refund(points, scope.now)
    publish(scope, payment, events)
    line = Line.of_refund(
        refund_id,
        points,
        payment,
        till,
        merchant_reference=merchant_reference,
        point_value_fen=scope.settlement.value_of(payment),
        at=scope.now,
    )
    scope.settlement.add(line)
    return schemas.refund(line, payment)


def show_refunds(scope: ExchangeScope, lines: Sequence[Line]) -> list[Refund]:
    """Return the refunds that settlement lines stand for, in the order given."""
    found = scope.payments.by_id({line.source for line in lines})
    return [schemas.refund(line, found[line.source]) for line in lines]


def expire_payments(tx: ExchangeTransaction) -> None:
    """End payments that were not captured in time, answer slow ones of test mode, and delete old pay codes."""
    for payment in tx.due.slow_test_payments(tx.now):
        publish(tx.scope_of(payment.community), payment, [])
    for payment in tx.due.overdue_payments(tx.now):
        publish(tx.scope_of(payment.community), payment, payment.expire(tx.now))
    tx.due.delete_expired_paycodes(tx.now)


def show_payments(scope: ExchangeScope, found: Sequence[Payment]) -> list[PaymentReply]:
    """Return payments as their passbooks' owners see them, in the order given."""
    merchants = scope.merchants.by_id({payment.merchant for payment in found})
    shops = scope.merchants.shops_by_id({payment.shop for payment in found if payment.shop is not None})
    return [schemas.payment(payment, merchants[payment.merchant], shops.get(payment.shop or "")) for payment in found]


def _paycode(scope: ExchangeScope, till: Till, digits: str) -> Paycode:
    if till.mode == "test" and (code := sandbox.paycode(digits, community=scope.community, at=scope.now)):
        return code
    return scope.paycodes.get(till.mode, digits)


def _holder_of(scope: ExchangeScope, till: Till, card: Card) -> str:
    """Return the member who has belonged to the card's household longest; a card names nobody.

    Raises CardInvalid when the household has no members.
    """
    if till.mode == "test":
        return sandbox.PAYER.person
    found = scope.directory.first_members_of([card.household], scope.today)
    if card.household not in found:
        raise CardInvalid
    return found[card.household]
