"""Erasing people: at once who asked for it, everybody else with the approval of another office (R4, R42)."""

from directory.permissions import ERASE_RESIDENTS
from services.registry import permissions
from services.registry.domain.proposals import Proposal, erasure_approvers, erasure_needs_approval
from services.registry.store import RegistryScope
from services.registry.use_cases import people
from services.registry.use_cases.own_data import complete_erasure_request
from services.registry.use_cases.proposing import propose


def erase(scope: RegistryScope, person: str) -> Proposal | None:
    """Erase a person on behalf of the caller, or return the proposal to do so; a repeat returns the open one.

    Raises `RoleMissing`, `NotFound`, `WrongState`.
    """
    scope.require(ERASE_RESIDENTS)
    people.require_erasable(scope, person)
    asked = _asked_for_it(scope, person)
    if not erasure_needs_approval(asked, scope.in_set_up, permissions.has_seat(scope, person)):
        carry_out(scope, person)
        return None
    for each in scope.proposals.open_about(person, "erasure"):
        return each
    return propose(scope, "erasure", {"person": person, "approvers": erasure_approvers()}, by=scope.person)


def carry_out(scope: RegistryScope, person: str) -> None:
    """Erase a person on behalf of the caller, and answer their request. Raises `NotFound`, `WrongState`."""
    people.erase(scope, person)
    complete_erasure_request(scope, person)
    scope.accesses.record(person, "erased", person)


def _asked_for_it(scope: RegistryScope, person: str) -> bool:
    """Return whether a person asked for it themselves, and nobody else chose lately how they sign in."""
    is_requested = scope.erasure_requests.open_of(person) is not None
    return is_requested and not scope.spending_waits.blocking_sign_in(person)
