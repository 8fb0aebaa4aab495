"""The exchange's forms over RPC, one file a noun: what comes in as JSON, and what goes out."""

from services.exchange.schemas.merchants import credential, key, merchant, signing_key, till
from services.exchange.schemas.orders import order, redemption, voucher
from services.exchange.schemas.pages import page, paged
from services.exchange.schemas.payments import denial, paycode, payment, refund
from services.exchange.schemas.rewards import reward, terms
from services.exchange.schemas.settlement import line, statement
from services.exchange.schemas.webhooks import delivery, endpoint

__all__ = [
    "credential",
    "delivery",
    "denial",
    "endpoint",
    "key",
    "line",
    "merchant",
    "order",
    "page",
    "paged",
    "paycode",
    "payment",
    "redemption",
    "refund",
    "reward",
    "signing_key",
    "statement",
    "terms",
    "till",
    "voucher",
]
