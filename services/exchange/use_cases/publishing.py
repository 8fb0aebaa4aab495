"""What follows from a purchase's events: the outbox, the merchant's events and webhooks, and test mode's answers."""

from services.exchange.domain import notices, sandbox
from services.exchange.domain.notices import MerchantEvent, Notice
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment
from services.exchange.domain.purchases import Events
from services.exchange.store import ExchangeScope


def publish(scope: ExchangeScope, purchase: Order | Payment, events: Events) -> None:
    """Publish a purchase's events and notify its merchant.

    Events of test purchases are not published; instead their hold is answered at once.
    """
    for event in events:
        _notify(scope, purchase, notices.of_event(event))
    if purchase.mode == "live":
        scope.tx.emit(*events)
    elif sandbox.answer_hold(purchase, scope.now):
        notify_of_hold(scope, purchase)


def notify_of_hold(scope: ExchangeScope, purchase: Order | Payment) -> None:
    """Notify the merchant that a payment's hold was placed or refused."""
    _notify(scope, purchase, notices.of_hold(purchase))


def _notify(scope: ExchangeScope, purchase: Order | Payment, notice: Notice | None) -> None:
    if notice is not None:
        event = MerchantEvent.of(notice, community=purchase.community, mode=purchase.mode, at=scope.now)
        scope.events.add(event)
        scope.webhooks.add_deliveries(notice, purchase.mode, scope.now)
