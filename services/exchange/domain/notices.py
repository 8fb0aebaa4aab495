"""Notices about purchases: which events and answers a merchant is notified of (R27). They carry only ids.

Webhooks deliver them; `GET /v1/merchant/events` lists them, also for a merchant without webhooks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from contracts import ids
from contracts.event import Event
from contracts.exchange import PaymentCaptured, PaymentRefunded, PaymentVoided, RedemptionUndone, VoucherRedeemed
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Payment, State
from services.exchange.domain.purchases import Mode

KEPT_FOR = timedelta(days=30)
"""How long a merchant's events are listed."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice: its type, which endpoints can subscribe to, and the ids to look up."""

    merchant: str
    type: str
    data: dict[str, str]


@dataclass(eq=False, kw_only=True)
class MerchantEvent:
    """A notice as it is listed. `position` orders a store's events; None until `number_events` has given it."""

    community: str
    id: str
    merchant: str
    mode: Mode
    type: str
    data: dict[str, Any]
    at: datetime
    position: int | None = None

    @classmethod
    def of(cls, notice: Notice, *, community: str, mode: Mode, at: datetime) -> Self:
        """Return the event of a notice."""
        return cls(
            community=community,
            id=ids.new("evt"),
            merchant=notice.merchant,
            mode=mode,
            type=notice.type,
            data=dict(notice.data),
            at=at,
        )


def of_event(event: Event) -> Notice | None:
    """Return the notice about an event of a purchase, or None if it does not concern the merchant."""
    match event:
        case PaymentCaptured():
            return _of_payment(event, "payment.captured")
        case PaymentVoided():
            return _of_payment(event, "payment.voided")
        case PaymentRefunded():
            return _of_payment(event, "payment.refunded", refund_id=event.refund)
        case VoucherRedeemed() if event.merchant != event.community:
            data = {"voucher_id": event.voucher, "order_id": event.order}
            return Notice(merchant=event.merchant, type="voucher.redeemed", data=data)
        case RedemptionUndone():
            data = {"voucher_id": event.voucher, "order_id": event.order, "refund_id": event.refund}
            return Notice(merchant=event.merchant, type="voucher.redemption_undone", data=data)
    return None


def of_hold(purchase: Order | Payment) -> Notice | None:
    """Return the notice that a payment's hold was placed or refused; None for orders and other states."""
    if isinstance(purchase, Payment) and purchase.state in (State.AUTHORIZED, State.REFUSED):
        data = {"authorization_id": purchase.id}
        return Notice(merchant=purchase.merchant, type=f"payment.{purchase.state}", data=data)
    return None


def _of_payment(event: PaymentCaptured | PaymentVoided | PaymentRefunded, kind: str, **more: str) -> Notice:
    return Notice(merchant=event.merchant, type=kind, data={"authorization_id": event.payment, **more})
