"""Pay codes, till payments and refunds as JSON."""

from datetime import datetime
from typing import cast

from contracts.calls.exchange.orders import Denial
from contracts.calls.exchange.orders import Paycode as PaycodeReply
from contracts.calls.exchange.payments import Payment as PaymentReply
from contracts.calls.exchange.tills import Authorization, PaymentStatus, Refund
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Merchant, Shop
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.settlement import Line
from services.exchange.schemas.purchases import available, refusal_code, steps
from services.exchange.schemas.times import iso


def paycode(found: Paycode, digits: str) -> PaycodeReply:
    return {"paycode": digits, "qr": digits, "account_id": found.account, "expires_at": found.expires_at.isoformat()}


def authorization(found: Payment, at: datetime) -> Authorization:
    """Return a payment as the merchant sees it at a time: without the payer and their balance."""
    return {
        "id": found.id,
        "status": cast(PaymentStatus, found.state_at(at)),
        "refusal_code": refusal_code(found),
        "mode": found.mode,
        "points": found.points,
        "captured": found.captured,
        "refunded": found.refunded,
        "merchant_reference": found.merchant_reference,
        "till": found.till,
        "shop_id": found.shop,
        "created_at": found.created_at.isoformat(),
        "expires_at": found.expires_at.isoformat(),
    }


def payment(found: Payment, merchant: Merchant, shop: Shop | None) -> PaymentReply:
    """Return a payment as the passbook's owners see it. One by card names no person."""
    return {
        "id": found.id,
        "status": cast(PaymentStatus, found.state),
        "account_id": found.account,
        "person_id": None if found.card else found.person,
        "by_card": found.card is not None,
        "merchant_id": found.merchant,
        "merchant_name": merchant.name,
        "shop_name": shop.name if shop else None,
        "merchant_reference": found.merchant_reference,
        "points": found.points,
        "captured": found.captured,
        "refunded": found.refunded,
        "available": available(found),
        "refusal_code": refusal_code(found),
        "created_at": found.created_at.isoformat(),
        "changed_at": found.changed_at.isoformat(),
        "expires_at": found.expires_at.isoformat(),
        "steps": steps(found, {merchant.id: merchant.name}),
    }


def denial(card: Card) -> Denial:
    """Return the answer to a wrong PIN."""
    return {"status": "denied", "tries_left": card.tries_left, "locked_until": iso(card.locked_until)}


def refund(line: Line, payment: Payment) -> Refund:
    return {
        "id": line.id,
        "authorization_id": payment.id,
        "points": -line.points,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "merchant_reference": line.merchant_reference or "",
        "till": line.till,
        "shop_id": line.shop,
        "at": line.at.isoformat(),
    }
