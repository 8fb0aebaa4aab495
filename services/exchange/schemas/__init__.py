"""The exchange's forms over RPC, one file a noun: what comes in as JSON, and what goes out."""

from services.exchange.schemas.honours import (
    candidate,
    candidate_list,
    decision,
    flag,
    honour,
    priority_check,
    priority_code,
)
from services.exchange.schemas.merchants import credential, key, merchant, shop, signing_key, till
from services.exchange.schemas.orders import order, redemption, voucher
from services.exchange.schemas.pages import page, paged
from services.exchange.schemas.payments import denial, paid, paycode, payment, refund
from services.exchange.schemas.rewards import reward, terms
from services.exchange.schemas.settlement import line, reconciliation, statement
from services.exchange.schemas.webhooks import delivery, endpoint

__all__ = [
    "candidate",
    "candidate_list",
    "credential",
    "decision",
    "delivery",
    "denial",
    "endpoint",
    "flag",
    "honour",
    "key",
    "line",
    "merchant",
    "order",
    "page",
    "paged",
    "paid",
    "paycode",
    "payment",
    "priority_check",
    "priority_code",
    "reconciliation",
    "redemption",
    "refund",
    "reward",
    "shop",
    "signing_key",
    "statement",
    "terms",
    "till",
    "voucher",
]
