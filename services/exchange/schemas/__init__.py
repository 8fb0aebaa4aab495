"""Domain objects to and from the dictionaries of `contracts.calls.exchange`, one module a noun."""

from services.exchange.schemas.honours import candidate, candidate_list, decision, honour
from services.exchange.schemas.merchants import credential, key, merchant, shop, signing_key, till
from services.exchange.schemas.orders import order, paper_notice, redeemed_voucher, redemption, valid_voucher
from services.exchange.schemas.payments import authorization, denial, paycode, payment, refund
from services.exchange.schemas.priorities import priority, priority_check, priority_code
from services.exchange.schemas.rewards import reward, reward_proposal, terms
from services.exchange.schemas.settlement import entries, line, reconciliation, settlement
from services.exchange.schemas.webhooks import delivery, endpoint, merchant_event

__all__ = [
    "authorization",
    "candidate",
    "candidate_list",
    "credential",
    "decision",
    "delivery",
    "denial",
    "endpoint",
    "entries",
    "honour",
    "key",
    "line",
    "merchant",
    "merchant_event",
    "order",
    "paper_notice",
    "paycode",
    "payment",
    "priority",
    "priority_check",
    "priority_code",
    "reconciliation",
    "redeemed_voucher",
    "redemption",
    "refund",
    "reward",
    "reward_proposal",
    "settlement",
    "shop",
    "signing_key",
    "terms",
    "till",
    "valid_voucher",
]
