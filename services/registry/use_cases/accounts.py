"""Binding WeChat accounts to people, ending their sessions, and the record of it (R4, R42)."""

from collections.abc import Callable

from contracts.calls.registry.accounts import SignInChangeKind
from contracts.errors import InvitationInvalid, NotFound
from messaging import Actor
from services.registry import permissions
from services.registry.domain.first_bindings import Waiting
from services.registry.domain.proposals import Proposal
from services.registry.domain.sessions import Account, Invitation, Session, SignInChange
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import first_bindings
from services.registry.use_cases.proposing import lapse
from services.registry.use_cases.spending_waits import end_by_phone, open_for_signing_in, start_after_invitation

NeedsCode = Callable[[RegistryScope, str], bool]
"""Whether a session of a person waits for a code of their second factor."""


def bind(tx: RegistryTransaction, account: Account, invitation: Invitation, needs_code: NeedsCode) -> Waiting | None:
    """Bind an account to the invited person, or return what it waits for.

    Who can sign in already has to confirm it, and who has an office is confirmed by a second person. Raises
    `AlreadyBound`, and `InvitationInvalid` also when the inviter may no longer invite this person.
    """
    person, community = invitation.person, invitation.community
    inviter = tx.scope(Actor(person=invitation.by, community=community))
    if not permissions.may_invite(inviter, person):
        raise InvitationInvalid("邀请人已不能邀请此人，请重新获取邀请码")
    scope = tx.scope_of(community)
    can_confirm, has_office = can_sign_in(scope, person), permissions.has_seat(scope, person)
    if account.bind(invitation, tx.now, has_to_confirm=can_confirm or has_office):
        start_after_invitation(scope, person, invitation.by, invitation.created_at)
        _bound(scope, account, person, needs_code, by=invitation.by)
        return None
    record(scope, person, "binding_requested", by=invitation.by)
    if can_confirm:
        return Waiting()
    return first_bindings.request(scope, account, person, invitation.by, invitation.created_at)


def bind_by_phone(
    tx: RegistryTransaction, account: Account, person_id: str, community: str, needs_code: NeedsCode
) -> Waiting | None:
    """Bind an account to the person with a verified number, or return what it waits for, as `bind` does.

    The number may prove an account that waits for the person after an invitation. Raises `AlreadyBound`, and
    `InvitationRequired` for a person with a role other than head who was not invited.
    """
    scope = tx.scope_of(community)
    person, requested = scope.people.get(person_id), first_bindings.pending(scope, account, person_id)
    if requested is None:
        permissions.require_no_office(scope, person_id)
    can_confirm = can_sign_in(scope, person_id)
    proven = first_bindings.is_proven_by_number(scope, person, requested)
    unproven = permissions.has_seat(scope, person_id) and not proven
    invited_by = requested.proposed_by if requested and first_bindings.invited_at(requested) else None
    if account.bind_to(
        person_id,
        community,
        tx.now,
        has_to_confirm=can_confirm or unproven,
        proof="phone" if proven else None,
        invited_by=invited_by,
    ):
        if requested and (given_at := first_bindings.invited_at(requested)):
            start_after_invitation(scope, person_id, requested.proposed_by, given_at)
        end_by_phone(scope, person_id)
        lapse(scope, person_id, ("binding",), "本人已用手机号验证")
        _bound(scope, account, person_id, needs_code)
        return None
    record(scope, person_id, "binding_requested")
    return Waiting() if can_confirm else first_bindings.wait_for_approval(scope, account, person, requested)


def bind_confirmed(scope: RegistryScope, proposal: Proposal) -> None:
    """Bind the account of an approved request; its owner signs in anew. Raises `WrongState`."""
    person = proposal.content["person"]
    account = first_bindings.account_to_confirm(scope, proposal)
    account.confirm(scope.now, proof="witness")
    if invited_at := first_bindings.invited_at(proposal):
        start_after_invitation(scope, person, proposal.proposed_by, invited_at)
    scope.session.flush()
    scope.tx.sessions.close_of_account(account.id, scope.now)
    lapse(scope, person, ("binding",), "本人已绑定另一微信")
    record(scope, person, "binding_confirmed", by=proposal.decided_by)


def can_sign_in(scope: RegistryScope, person: str) -> bool:
    """Return whether a person has a way to sign in, by which they can confirm another one."""
    return scope.tx.accounts.is_bound(person, scope.community) or scope.people.get(person).password_hash is not None


def _bound(scope: RegistryScope, account: Account, person: str, needs_code: NeedsCode, by: str | None = None) -> None:
    scope.session.flush()
    scope.tx.accounts.assign_sessions(account, limited=needs_code(scope, person))
    record(scope, person, "bound", by=by)


def confirm_binding(scope: RegistryScope, binding: str, needs_code: NeedsCode) -> Account:
    """Bind an account that waits for the caller. Raises `NotFound`, `WrongState`."""
    account = own_account(scope, binding)
    others = [each for each in scope.tx.accounts.of_person(scope.person, scope.community) if each.person]
    proven = permissions.has_seat(scope, scope.person) or (others and all(each.proof for each in others))
    account.confirm(scope.now, proof="own" if proven else None)
    scope.session.flush()
    scope.tx.accounts.assign_sessions(account, limited=needs_code(scope, scope.person))
    record(scope, scope.person, "binding_confirmed")
    return account


def end_binding(scope: RegistryScope, binding: str) -> None:
    """Unbind or refuse one of the caller's accounts and close its sessions. Raises `NotFound`."""
    _unbind(scope, own_account(scope, binding), scope.person)


def own_account(scope: RegistryScope, binding: str) -> Account:
    """Return an account that is bound to the caller or waits for them. Raises `NotFound`."""
    for account in scope.tx.accounts.of_person(scope.person, scope.community):
        if account.id == binding:
            return account
    raise NotFound("没有这个微信绑定")


def end_session(scope: RegistryScope, session_id: str) -> None:
    """Close a session of the caller. Raises `NotFound`."""
    session = scope.tx.sessions.get(session_id)
    if session is None or (session.community, session.person) != (scope.community, scope.person):
        raise NotFound("没有这个登录")
    session.close(scope.now)
    record(scope, scope.person, "session_ended")


def record_sign_in(tx: RegistryTransaction, session: Session) -> None:
    """Record a session of a client that the person has not signed in with before."""
    if session.person and session.community and not tx.sessions.is_known_client(session):
        record(tx.scope_of(session.community), session.person, "session_opened")


def change_password(scope: RegistryScope, session: str, former_hash: str, password_hash: str) -> None:
    """Replace the caller's password and close their other sessions. Raises `WrongState` if it was changed since."""
    scope.people.get(scope.person).change_password(former_hash, password_hash)
    scope.tx.sessions.close_of_person(scope.person, scope.community, scope.now, except_for=session)
    record(scope, scope.person, "password_changed")


def ask_for_fresh_sign_in(scope: RegistryScope, person: str) -> None:
    """Let a person who was appointed sign in anew, with what their new role allows (R4).

    Voids their invitations and what was requested about their signing in, ends their sessions, and unbinds accounts
    that nothing proves to be theirs, whose inviter could not have invited somebody with this role, or that a phone
    number was enough for.
    """
    scope.invitations.delete_open(person)
    lapse(scope, person, ("reset", "binding"), "职务已变动，请重新申请")
    for account in scope.tx.accounts.of_person(person, scope.community):
        if account.person is None or not _still_trusted(scope, account, person):
            _unbind(scope, account, person)
    scope.tx.sessions.close_of_person(person, scope.community, scope.now)
    record(scope, person, "appointed")


def _still_trusted(scope: RegistryScope, account: Account, person: str) -> bool:
    if account.proof is None:
        return False
    if account.bound_by is None:
        return account.bound_at is not None and not scope.appointments.roles_of(person) - {"head"}
    return permissions.may_invite(scope.tx.scope(Actor(person=account.bound_by, community=scope.community)), person)


def reset(scope: RegistryScope, person_id: str, by: str, reason: str, password_hash: str | None) -> None:
    """Unbind a person's accounts, end their sessions, invitations and second factor, and set a password if given.

    Raises `NotFound`, `WrongState`.
    """
    person = scope.people.get(person_id)
    person.require_not_erased()
    if password_hash is not None:
        person.password_hash = password_hash
    scope.invitations.delete_open(person_id)
    lapse(scope, person_id, ("binding",), "本人的登录已重置")
    for account in scope.tx.accounts.of_person(person_id, scope.community):
        _unbind(scope, account, person_id)
    scope.tx.sessions.close_of_person(person_id, scope.community, scope.now)
    scope.second_factors.delete(person_id)
    open_for_signing_in(scope, person_id, "reset", by=by)
    record(scope, person_id, "reset", by=by, reason=reason)


def password_was_set(scope: RegistryScope, person: str) -> None:
    """End the sessions of a person whose password somebody else has set."""
    scope.tx.sessions.close_of_person(person, scope.community, scope.now)
    record(scope, person, "password_set", by=scope.person)


def record(
    scope: RegistryScope, person: str, kind: SignInChangeKind, by: str | None = None, reason: str | None = None
) -> None:
    """Record a change for the person to read."""
    scope.sign_in_changes.add(
        SignInChange(community=scope.community, person=person, kind=kind, at=scope.now, by=by, reason=reason)
    )


def _unbind(scope: RegistryScope, account: Account, person: str) -> None:
    account.unbind()
    scope.session.flush()
    scope.tx.sessions.close_of_account(account.id, scope.now)
    record(scope, person, "unbound")
