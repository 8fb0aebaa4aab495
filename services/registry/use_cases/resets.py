"""Resetting how people sign in: at once, or by a request that a second person approves or that has to wait (R4)."""

from datetime import timedelta

from contracts.errors import NotFound
from contracts.policy import Guards
from contracts.registry import Role
from services.registry import permissions
from services.registry.domain import spans
from services.registry.domain.communities import PLATFORM
from services.registry.domain.proposals import Proposal, reset_approvers
from services.registry.store import RegistryScope
from services.registry.use_cases import accounts, proposals
from services.registry.use_cases.proposing import lapse, propose


def reset(scope: RegistryScope, person: str, reason: str, password_hash: str | None, guards: Guards) -> Proposal | None:
    """Reset how a person signs in on behalf of the caller, or return the request if it needs a second person or a wait.

    Who cannot sign in is reset at once if they have no role, or are an administrator of the platform and nobody else
    could approve it. Residents and heads who can sign in have time to end it.

    Raises `RoleMissing`, `Recused`, `NotFound`, `WrongState`.
    """
    theirs = permissions.scope_for_reset(scope, person)
    theirs.people.get(person).require_not_erased()
    can_sign_in, has_seat = accounts.can_sign_in(theirs, person), permissions.has_seat(theirs, person)
    approvers = reset_approvers(theirs.community, theirs.appointments.roles_of(person))
    is_approved = _somebody_approves(theirs, approvers, person, scope.person)
    if not can_sign_in and (not has_seat or (theirs.community == PLATFORM and not is_approved)):
        accounts.reset(theirs, person, scope.person, reason, password_hash)
        return None
    lapse(theirs, person, ("reset",), "已由新的申请代替")
    content = {"person": person, "reason": reason, "password_hash": password_hash, "approvers": approvers}
    waits = not is_approved or (can_sign_in and not permissions.has_office(theirs, person))
    takes_effect_at = scope.now + timedelta(days=guards.change_delay_days) if waits else None
    requested = propose(theirs, "reset", content, by=scope.person, takes_effect_at=takes_effect_at)
    accounts.record(theirs, person, "reset_requested", by=scope.person, reason=reason)
    if requested.is_due(scope.now):
        proposals.apply(theirs, requested, guards)
    return requested


def _somebody_approves(scope: RegistryScope, roles: list[Role], person: str, requester: str) -> bool:
    """Return whether somebody who can sign in holds one of the roles today and may approve the reset of a person."""
    household = scope.people.household_of(person)
    members = scope.people.members_of(household, scope.today) if household else []
    concerned = {person, requester} | {member.id for member in members}
    held = (each for role in roles for each in scope.appointments.of_role(role, scope.community))
    holders = {each.person for each in held if spans.holding([each], scope.today)}
    return any(accounts.can_sign_in(scope, each) for each in holders - concerned)


def end(scope: RegistryScope, proposal_id: str) -> None:
    """End a request to reset how the caller signs in. Raises `NotFound`, `AlreadyDecided`."""
    requested = scope.proposals.get(proposal_id)
    if requested.kind != "reset" or requested.content["person"] != scope.person:
        raise NotFound("没有这项重置申请")
    scope.tx.emit(requested.end(scope.now))
    accounts.record(scope, scope.person, "reset_ended")
