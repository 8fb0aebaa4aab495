"""Pay codes, till payments and refunds as JSON."""

from typing import Any

from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Merchant, Shop
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.settlement import Line
from services.exchange.schemas.purchases import available, refusal_code, steps


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


def paid(of: Payment, merchant: Merchant, shop: Shop | None) -> dict[str, Any]:
    """As those see it whose passbook paid. By a card nobody pays by name."""
    return {
        "id": of.id,
        "status": of.state,
        "account_id": of.account,
        "person_id": None if of.card else of.person,
        "by_card": of.card is not None,
        "merchant_id": of.merchant,
        "merchant_name": merchant.name,
        "shop_name": shop and shop.name,
        "merchant_reference": of.merchant_reference,
        "points": of.points,
        "captured": of.captured,
        "refunded": of.refunded,
        "available": available(of),
        "refusal_code": refusal_code(of),
        "created_at": of.created_at.isoformat(),
        "expires_at": of.expires_at.isoformat(),
        "steps": steps(of),
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
