"""Priorities and priority codes as JSON."""

from contracts.calls.exchange import priorities as calls
from services.exchange.domain.honours import Decision, Honour
from services.exchange.domain.merchants import Merchant
from services.exchange.domain.priorities import PriorityCode
from services.exchange.schemas.times import iso


def priority(decision: Decision, honour: Honour) -> calls.Priority:
    return {"honour_id": decision.honour, "honour_name": honour.name, "until": iso(decision.until)}


def priority_code(found: PriorityCode, digits: str) -> calls.PriorityCode:
    return {"code": digits, "qr": digits, "expires_at": found.expires_at.isoformat()}


def priority_check(used: PriorityCode, merchant: Merchant) -> calls.PriorityCheck:
    """Return who asked, and when."""
    assert used.used_at, "only used codes have been checked"
    return {
        "merchant_id": merchant.id,
        "merchant_name": merchant.name,
        "checked_at": used.used_at.isoformat(),
    }
