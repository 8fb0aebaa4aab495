"""Proposing what needs a second person, deciding on it, and applying it (R4)."""

from datetime import date
from typing import Any

from contracts.errors import Refusal
from contracts.policy import Guards, Policy
from contracts.registry import ProposalKind, Role
from messaging import Actor
from services.registry import permissions
from services.registry.domain.appointments import Appointment
from services.registry.domain.communities import check_policy
from services.registry.domain.places import Household
from services.registry.domain.proposals import (
    Proposal,
    appointment_needs_approval,
    merge_needs_approval,
    settings_need_approval,
)
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import appointments, communities, households


def _propose(scope: RegistryScope, kind: ProposalKind, content: dict[str, Any]) -> Proposal:
    """Store a proposal of the caller."""
    proposal = Proposal(
        community=scope.community, kind=kind, content=content, proposed_by=scope.person, proposed_at=scope.now
    )
    scope.proposals.add(proposal)
    scope.tx.emit(proposal.made())
    return proposal


def appoint(
    scope: RegistryScope, person: str, role: Role, role_scope: str | None, since: date, until: date | None
) -> Appointment | Proposal:
    """Appoint a person on behalf of the caller, or return a proposal when the office needs approval.

    Raises as `appointments.appoint` does.
    """
    if not appointment_needs_approval(role, scope.in_set_up):
        return appointments.appoint(scope, person, role, role_scope, since, until, scope.person)
    over = appointments.check(scope, person, role, role_scope, since, until, scope.person)
    content = {
        "person": person,
        "role": role,
        "scope": over,
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
    }
    return _propose(scope, "appointment", content)


def merge(scope: RegistryScope, household_id: str, on: date, into: str) -> Household | Proposal:
    """Merge a household into another on behalf of the caller, or return a proposal when that needs approval.

    Raises as `households.merge_household` does.
    """
    if not merge_needs_approval(scope.current_community.policy, scope.in_set_up):
        return households.merge_household(scope, household_id, on, into)
    households.require_merge(scope, permissions.managed_household(scope, household_id), into, on)
    return _propose(scope, "merge", {"household": household_id, "into": into, "on": on.isoformat()})


def choose_settings(scope: RegistryScope, community_id: str, policy: Policy, guards: Guards) -> Proposal | None:
    """Replace all settings of the caller's community, or return a proposal when that loosens a guard.

    Raises `NotFound`, `RoleMissing`, `Invalid`.
    """
    permissions.require_settings(scope, community_id)
    check_policy(policy, guards)
    if settings_need_approval(scope.current_community.policy, policy, scope.in_set_up):
        return _propose_settings(scope, policy)
    communities.change_settings(scope, policy, guards, by=scope.person)
    return None


def _propose_settings(scope: RegistryScope, policy: Policy) -> Proposal:
    before, after = scope.current_community.policy.settings, policy.settings
    return _propose(scope, "settings", {name: value for name, value in after.items() if value != before[name]})


def approve(scope: RegistryScope, proposal_id: str, by: str, guards: Guards) -> Proposal:
    """Approve a proposal on behalf of `by`, and apply it if it takes effect at once."""
    proposal = scope.proposals.get(proposal_id)
    permissions.require_deciding(scope, proposal, by)
    scope.tx.emit(proposal.approve(by, guards, scope.now))
    if proposal.is_due(scope.now):
        _apply(scope, proposal, guards)
    return proposal


def refuse(scope: RegistryScope, proposal_id: str, by: str, reason: str) -> Proposal:
    """Refuse a proposal on behalf of `by`."""
    proposal = scope.proposals.get(proposal_id)
    permissions.require_deciding(scope, proposal, by)
    scope.tx.emit(proposal.refuse(by, reason, scope.now))
    return proposal


def apply_due(tx: RegistryTransaction, guards: Guards) -> None:
    """Apply the approved changes of all communities whose delay is over; what no longer fits is refused."""
    for community, proposal_id in tx.due_proposals():
        scope = tx.scope_of(community)
        scope.load_community(for_update=True)
        proposal = scope.proposals.get(proposal_id)
        try:
            _apply(scope, proposal, guards)
        except Refusal as refusal:
            proposal.lapse(refusal.detail)


def _apply(scope: RegistryScope, proposal: Proposal, guards: Guards) -> None:
    content = proposal.content
    if proposal.kind == "settings":
        policy = Policy.of({**scope.current_community.policy.settings, **content})
        communities.change_settings(scope, policy, guards, by=proposal.proposed_by, approved_by=proposal.decided_by)
    elif proposal.kind == "merge":
        proposer = scope.tx.scope(Actor(person=proposal.proposed_by, community=scope.community))
        on = date.fromisoformat(content["on"])
        households.merge_household(proposer, content["household"], on, content["into"])
    else:
        appointments.appoint(
            scope,
            content["person"],
            content["role"],
            content["scope"],
            date.fromisoformat(content["since"]),
            date.fromisoformat(content["until"]) if content["until"] else None,
            by=proposal.proposed_by,
        )
    proposal.applied()
