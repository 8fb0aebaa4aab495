"""Waits before somebody spends a household's points."""

from collections.abc import Sequence

from contracts.calls.registry import spending_waits as calls
from services.registry.domain.spending_waits import SpendingWait
from services.registry.schemas.days import instant
from services.registry.store import RegistryScope


def spending_waits(scope: RegistryScope, found: Sequence[SpendingWait]) -> list[calls.SpendingWait]:
    """Return waits as the caller sees them."""
    deciders = {person for wait in found for person in wait.deciders}
    bound = scope.tx.accounts.bound_among(deciders, scope.community)
    return [_spending_wait(scope, wait, bound) for wait in found]


def _spending_wait(scope: RegistryScope, wait: SpendingWait, bound: set[str]) -> calls.SpendingWait:
    is_waiting = wait.is_waiting(scope.now)
    return {
        "id": wait.id,
        "cause": wait.cause,
        "state": "passed" if wait.state == "open" and not is_waiting else wait.state,
        "person_id": wait.person,
        "household_id": wait.household,
        "recorded_by_id": wait.recorded_by,
        "recorded_at": instant(wait.recorded_at),
        "spends_from": instant(wait.ends_at) if wait.state == "open" and wait.ends_at else None,
        "asks_me": is_waiting and scope.person in wait.deciders,
        "on_paper": is_waiting and bound.isdisjoint(wait.deciders),
        "decided_by_id": wait.decided_by,
        "decided_at": instant(wait.decided_at) if wait.decided_at else None,
        "reason": wait.reason,
        "ruled_by_id": wait.ruled_by,
        "ruled_at": instant(wait.ruled_at) if wait.ruled_at else None,
        "ruling_reason": wait.ruling_reason,
    }
