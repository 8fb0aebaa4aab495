"""The tables, one module a noun, each with the domain classes mapped to it.

Constraints enforce again the rules that must never break.
"""

from services.exchange.store.tables.cards import cards
from services.exchange.store.tables.honours import candidate_lists, honour_decisions, honours, priority_codes, tallies
from services.exchange.store.tables.mapping import metadata
from services.exchange.store.tables.merchants import merchant_keys, merchants, shops, signature_nonces
from services.exchange.store.tables.purchases import orders, paycodes, payments
from services.exchange.store.tables.rewards import reward_codes, reward_proposals, rewards
from services.exchange.store.tables.settlement import reconciliations, settlement_lines
from services.exchange.store.tables.spending_waits import spending_waits
from services.exchange.store.tables.webhooks import (
    merchant_event_positions,
    merchant_events,
    webhook_deliveries,
    webhook_endpoints,
)

__all__ = [
    "candidate_lists",
    "cards",
    "honour_decisions",
    "honours",
    "merchant_event_positions",
    "merchant_events",
    "merchant_keys",
    "merchants",
    "metadata",
    "orders",
    "paycodes",
    "payments",
    "priority_codes",
    "reconciliations",
    "reward_codes",
    "reward_proposals",
    "rewards",
    "settlement_lines",
    "shops",
    "signature_nonces",
    "spending_waits",
    "tallies",
    "webhook_deliveries",
    "webhook_endpoints",
]
