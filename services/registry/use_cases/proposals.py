"""Proposing what needs a second person, deciding on it, and applying it (R4)."""

from datetime import date

from contracts.errors import Refusal
from contracts.policy import Guards, Policy
from contracts.registry import Role
from messaging import Actor
from services.registry import permissions
from services.registry.domain.appointments import Appointment
from services.registry.domain.communities import check_policy
from services.registry.domain.places import Household
from services.registry.domain.proposals import (
    ADMINISTRATORS_COUNT_FOR,
    Proposal,
    appointment_needs_approval,
    merge_needs_approval,
    settings_need_approval,
)
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import accounts, appointments, communities, erasures, first_bindings, households
from services.registry.use_cases.proposing import propose


def appoint(
    scope: RegistryScope, person: str, role: Role, role_scope: str | None, since: date, until: date | None
) -> Appointment | Proposal:
    """Appoint a person on behalf of the caller, or return a proposal when the office needs approval.

    Raises as `appointments.appoint` does.
    """
    if not appointment_needs_approval(role, scope.in_set_up, len(_other_administrators(scope, person))):
        return appointments.appoint(scope, person, role, role_scope, since, until, scope.person)
    over = appointments.check(scope, person, role, role_scope, since, until, scope.person)
    content = {
        "person": person,
        "role": role,
        "scope": over,
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
    }
    return propose(scope, "appointment", content, by=scope.person)


def _other_administrators(scope: RegistryScope, person: str) -> set[str]:
    """Return who besides the caller and a person is an administrator of the platform, or was until lately.

    Who never signed in could approve nothing.
    """
    since = scope.today - ADMINISTRATORS_COUNT_FOR
    held = scope.appointments.of_role("platform", scope.community)
    others = {each.person for each in held if each.since <= scope.today and (each.until is None or each.until > since)}
    return {each for each in others - {scope.person, person} if accounts.can_sign_in(scope, each)}


def merge(scope: RegistryScope, household_id: str, on: date, into: str) -> Household | Proposal:
    """Merge a household into another on behalf of the caller, or return a proposal when that needs approval.

    Raises as `households.merge_household` does.
    """
    if not merge_needs_approval(scope.current_community.policy, scope.in_set_up):
        return households.merge_household(scope, household_id, on, into)
    households.require_merge(scope, permissions.managed_household(scope, household_id), into, on)
    content = {"household": household_id, "into": into, "on": on.isoformat()}
    return propose(scope, "merge", content, by=scope.person)


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
    changes = {name: value for name, value in after.items() if value != before[name]}
    return propose(scope, "settings", changes, by=scope.person)


def approve(caller: RegistryScope, scope: RegistryScope, proposal_id: str, guards: Guards) -> Proposal:
    """Approve a proposal of a community on behalf of the caller, and apply it if it takes effect at once."""
    proposal = scope.proposals.get(proposal_id)
    permissions.require_deciding(caller, scope, proposal)
    scope.tx.emit(proposal.approve(caller.person, guards, scope.now))
    if proposal.is_due(scope.now):
        apply(scope, proposal, guards)
    return proposal


def refuse(caller: RegistryScope, scope: RegistryScope, proposal_id: str, reason: str) -> Proposal:
    """Refuse a proposal of a community on behalf of the caller."""
    proposal = scope.proposals.get(proposal_id)
    permissions.require_deciding(caller, scope, proposal)
    scope.tx.emit(proposal.refuse(caller.person, reason, scope.now))
    if proposal.kind == "reset":
        accounts.record(scope, proposal.content["person"], "reset_ended", by=caller.person, reason=reason)
    elif proposal.kind == "binding":
        first_bindings.refuse(scope, proposal)
    return proposal


def apply_due(tx: RegistryTransaction, guards: Guards) -> None:
    """Apply what is due in all communities; what no longer fits, and resets that nobody answered, is refused."""
    for community, proposal_id in tx.due_proposals():
        scope = tx.scope_of(community)
        scope.load_community(for_update=True)
        proposal = scope.proposals.get(proposal_id)
        if proposal.is_expired(tx.now):
            proposal.lapse("逾期无人批准")
            continue
        if not proposal.is_due(tx.now):
            continue
        try:
            apply(scope, proposal, guards)
        except Refusal as refusal:
            proposal.lapse(refusal.detail)


def apply(scope: RegistryScope, proposal: Proposal, guards: Guards) -> None:
    """Carry out a proposal that is due. Raises what refuses the change itself."""
    content = proposal.content
    if proposal.kind == "settings":
        policy = Policy.of({**scope.current_community.policy.settings, **content})
        communities.change_settings(scope, policy, guards, by=proposal.proposed_by, approved_by=proposal.decided_by)
    elif proposal.kind == "merge":
        on = date.fromisoformat(content["on"])
        households.merge_household(_proposer(scope, proposal), content["household"], on, content["into"])
    elif proposal.kind == "reset":
        accounts.reset(
            scope, content["person"], proposal.proposed_by, content["reason"], password_hash=content["password_hash"]
        )
    elif proposal.kind == "binding":
        accounts.bind_confirmed(scope, proposal)
    elif proposal.kind == "erasure":
        erasures.carry_out(_proposer(scope, proposal), content["person"])
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


def _proposer(scope: RegistryScope, proposal: Proposal) -> RegistryScope:
    return scope.tx.scope(Actor(person=proposal.proposed_by, community=scope.community))
