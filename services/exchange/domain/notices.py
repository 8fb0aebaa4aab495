"""Webhook notices about purchases: which events and answers a merchant is notified of (R27). They carry only ids."""

from dataclasses import dataclass

from contracts.event import Event
from contracts.exchange import PaymentCaptured, PaymentRefunded, PaymentVoided, VoucherRedeemed
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment, State


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice: its type, which endpoints can subscribe to, and the ids to look up."""

    merchant: str
    type: str
    data: dict[str, str]


def of_event(event: Event) -> Notice | None:
    """Return the notice about an event of a purchase, or None if it does not concern the merchant."""
    match event:
        case PaymentCaptured():
            return _of_payment(event, "payment.captured")
        case PaymentVoided():
            return _of_payment(event, "payment.voided")
        case PaymentRefunded():
            return _of_payment(event, "payment.refunded", refund_id=event.refund)
        case VoucherRedeemed():
            data = {"voucher_id": event.voucher, "order_id": event.order}
            return Notice(merchant=event.merchant, type="voucher.redeemed", data=data)
    return None


def of_hold(purchase: Order | Payment) -> Notice | None:
    """Return the notice that a payment's hold was placed or refused; None for orders and other states."""
    if isinstance(purchase, Payment) and purchase.state in (State.AUTHORIZED, State.REFUSED):
        data = {"authorization_id": purchase.id}
        return Notice(merchant=purchase.merchant, type=f"payment.{purchase.state}", data=data)
    return None


def _of_payment(event: PaymentCaptured | PaymentVoided | PaymentRefunded, kind: str, **more: str) -> Notice:
    return Notice(merchant=event.merchant, type=kind, data={"authorization_id": event.payment, **more})
