"""Suspensions."""

from contracts.calls import claims as calls
from contracts.instants import instant
from services.claims.domain.suspensions import Suspension


def suspension(found: Suspension) -> calls.Suspension:
    return {
        "id": found.id,
        "person_id": found.person,
        "reason": found.reason,
        "made_by_id": found.made_by,
        "made_at": instant(found.made_at),
        "until": found.until.isoformat(),
        "lifted_by_id": found.lifted_by,
        "lifted_at": instant(found.lifted_at) if found.lifted_at else None,
        "lift_reason": found.lift_reason or None,
    }
