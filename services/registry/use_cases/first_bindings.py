"""First bindings of people who hold an office: their own number proves them, or a second person confirms them (R4)."""

import secrets
from datetime import datetime

from contracts.errors import WrongState
from messaging import Actor
from services.registry.domain.first_bindings import Waiting, number_proves_alone, number_proves_with_invitation
from services.registry.domain.people import Person
from services.registry.domain.proposals import Proposal, binding_approvers
from services.registry.domain.sessions import Account
from services.registry.store import RegistryScope
from services.registry.use_cases.proposing import propose


def request(scope: RegistryScope, account: Account, person: str, by: str, given_at: datetime | None) -> Waiting:
    """Let somebody of another office than `by` confirm an account that waits for a person.

    `by` invited the person at `given_at`, or recorded the number that they bind it with.
    """
    _lapse_of_account(scope, account, person)
    proposer = scope.tx.scope(Actor(person=by, community=scope.community))
    content = {
        "person": person,
        "account": account.id,
        "invited_at": given_at.isoformat() if given_at else None,
        "check_number": f"{secrets.randbelow(10_000):04}",
        "approvers": binding_approvers(dict(proposer.seats), scope.appointments.roles_of(person)),
    }
    return _waiting(propose(scope, "binding", content, by=by))


def invited_at(requested: Proposal) -> datetime | None:
    """Return when the invitation was given; None when the account presented a number alone."""
    found = requested.content["invited_at"]
    return datetime.fromisoformat(found) if found else None


def pending(scope: RegistryScope, account: Account, person: str) -> Proposal | None:
    """Return the open request to bind an account to a person, if there is one."""
    if account.requested_person != person:
        return None
    found = (each for each in scope.proposals.open_about(person, "binding") if each.content["account"] == account.id)
    return next(found, None)


def is_proven_by_number(scope: RegistryScope, person: Person, requested: Proposal | None) -> bool:
    """Return whether the number of a person, which WeChat has verified, proves the account that presents it."""
    if requested and (given_at := invited_at(requested)):
        return number_proves_with_invitation(person, requested.proposed_by, given_at)
    changed = scope.sign_in_changes.latest(person.id, "phone_changed") is not None
    return number_proves_alone(person, changed, scope.current_community.policy.spending_wait_days, scope.now)


def wait_for_approval(scope: RegistryScope, account: Account, person: Person, requested: Proposal | None) -> Waiting:
    """Return the request that an account waits for, a new one when it presents a number that proves nothing."""
    if requested:
        return _waiting(requested)
    return request(scope, account, person.id, by=str(person.phone_recorded_by), given_at=None)


def account_to_confirm(scope: RegistryScope, proposal: Proposal) -> Account:
    """Return the account of an approved request. Raises `WrongState` when it no longer waits for the person."""
    account = scope.tx.accounts.get(proposal.content["account"])
    if account.requested_person != proposal.content["person"]:
        raise WrongState("该绑定申请已失效，请本人重新绑定")
    return account


def refuse(scope: RegistryScope, proposal: Proposal) -> None:
    """Let the account of a request that was refused wait for nobody."""
    account = scope.tx.accounts.get(proposal.content["account"])
    if account.requested_person == proposal.content["person"]:
        account.forget_request()


def _lapse_of_account(scope: RegistryScope, account: Account, person: str) -> None:
    for each in scope.proposals.open_about(person, "binding"):
        if each.content["account"] == account.id:
            scope.proposals.get(each.id).lapse("已由新的申请代替")


def _waiting(proposal: Proposal) -> Waiting:
    return Waiting(check_number=proposal.content["check_number"], proposal=proposal.id)
