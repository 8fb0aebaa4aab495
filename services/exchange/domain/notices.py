"""What of a purchase is news to the merchant: ids alone, for it to look up (R27)."""

from dataclasses import dataclass
from typing import Any

from contracts.event import Event
from contracts.exchange import PaymentCaptured, PaymentRefunded, PaymentVoided, VoucherRedeemed
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment, State


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One of the types a webhook endpoint can listen to."""

    merchant: str
    type: str
    data: dict[str, Any]


def of_event(event: Event) -> Notice | None:
    """What was decided, if a merchant decided it or waits for it."""
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


def of_answer(purchase: Order | Payment) -> Notice | None:
    """What the bank has said about a payment that still waited for it."""
    if isinstance(purchase, Payment) and purchase.state in (State.AUTHORIZED, State.REFUSED):
        data = {"authorization_id": purchase.id}
        return Notice(merchant=purchase.merchant, type=f"payment.{purchase.state}", data=data)
    return None


def _of_payment(event: PaymentCaptured | PaymentVoided | PaymentRefunded, kind: str, **more: str) -> Notice:
    return Notice(merchant=event.merchant, type=kind, data={"authorization_id": event.payment, **more})
