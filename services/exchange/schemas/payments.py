"""Pay codes, till payments and refunds as JSON."""

from typing import Any

from services.exchange.domain.cards import Card
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.settlement import Line
from services.exchange.schemas.purchases import refusal_code


def paycode(of: Paycode, digits: str) -> dict[str, Any]:
    return {"paycode": digits, "qr": digits, "account_id": of.account, "expires_at": of.expires_at.isoformat()}


def payment(of: Payment) -> dict[str, Any]:
    """As the merchant sees it: who pays, and what he has, is not the merchant's business."""
    return {
        "id": of.id,
        "status": of.state,
        "refusal_code": refusal_code(of),
        "mode": of.mode,
        "points": of.points,
        "captured": of.captured,
        "refunded": of.refunded,
        "merchant_reference": of.merchant_reference,
        "till": of.till,
        "shop_id": of.shop,
        "created_at": of.created_at.isoformat(),
        "expires_at": of.expires_at.isoformat(),
    }


def denial(of: Card) -> dict[str, Any]:
    """A wrong PIN, counted."""
    return {
        "status": "denied",
        "tries_left": of.tries_left,
        "locked_until": of.locked_until and of.locked_until.isoformat(),
    }


def refund(of: Line, payment: Payment) -> dict[str, Any]:
    return {
        "id": of.id,
        "authorization_id": payment.id,
        "points": -of.points,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "merchant_reference": of.merchant_reference,
        "at": of.at.isoformat(),
    }
