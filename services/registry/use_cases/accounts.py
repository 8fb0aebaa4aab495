"""Binding WeChat accounts to people, ending their sessions, and the record of it (R4, R42)."""

from collections.abc import Callable

from contracts.calls.registry.accounts import SignInChangeKind
from contracts.errors import InvitationInvalid, NotFound
from messaging import Actor
from services.registry import permissions
from services.registry.domain.sessions import Account, Invitation, Session, SignInChange
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases.spending_waits import end_by_phone, open_for_signing_in, start_after_invitation

NeedsCode = Callable[[RegistryScope, str], bool]
"""Whether a session of a person waits for a code of their second factor."""


def bind(tx: RegistryTransaction, account: Account, invitation: Invitation, needs_code: NeedsCode) -> bool:
    """Bind an account to the invited person; return False if they must confirm it, because they can sign in already.

    Raises `AlreadyBound`, and `InvitationInvalid` also when the inviter may no longer invite this person.
    """
    person, community = invitation.person, invitation.community
    inviter = tx.scope(Actor(person=invitation.by, community=community))
    if not permissions.may_invite(inviter, person):
        raise InvitationInvalid("邀请人已不能邀请此人，请重新获取邀请码")
    scope = tx.scope_of(community)
    bound = account.bind(invitation, tx.now, has_to_confirm=can_sign_in(scope, person))
    if bound:
        start_after_invitation(scope, person, invitation.by, invitation.created_at)
    return _bound(scope, account, person, bound, needs_code, by=invitation.by)


def bind_by_phone(
    tx: RegistryTransaction, account: Account, person: str, community: str, needs_code: NeedsCode
) -> bool:
    """Bind an account to the person with a verified number; return False if they must confirm it.

    Raises `AlreadyBound`, and `InvitationRequired` for a person with a role other than head.
    """
    scope = tx.scope_of(community)
    permissions.require_no_office(scope, person)
    bound = account.bind_to(person, community, tx.now, has_to_confirm=can_sign_in(scope, person))
    if bound:
        end_by_phone(scope, person)
    return _bound(scope, account, person, bound, needs_code)


def can_sign_in(scope: RegistryScope, person: str) -> bool:
    """Return whether a person has a way to sign in, by which they can confirm another one."""
    return scope.tx.accounts.is_bound(person, scope.community) or scope.people.get(person).password_hash is not None


def _bound(
    scope: RegistryScope, account: Account, person: str, bound: bool, needs_code: NeedsCode, by: str | None = None
) -> bool:
    if bound:
        scope.session.flush()
        scope.tx.accounts.assign_sessions(account, limited=needs_code(scope, person))
    record(scope, person, "bound" if bound else "binding_requested", by=by)
    return bound


def confirm_binding(scope: RegistryScope, binding: str, needs_code: NeedsCode) -> Account:
    """Bind an account that waits for the caller. Raises `NotFound`, `WrongState`."""
    account = own_account(scope, binding)
    account.confirm(scope.now)
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

    Voids their invitations and requested resets, ends their sessions, and unbinds accounts whose inviter could not
    have invited somebody with this role, or that a phone number was enough for.
    """
    scope.invitations.delete_open(person)
    lapse_requested_resets(scope, person, "职务已变动，请重新申请")
    for account in scope.tx.accounts.of_person(person, scope.community):
        if account.person is None or not _still_trusted(scope, account, person):
            _unbind(scope, account, person)
    scope.tx.sessions.close_of_person(person, scope.community, scope.now)
    record(scope, person, "appointed")


def _still_trusted(scope: RegistryScope, account: Account, person: str) -> bool:
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
    for account in scope.tx.accounts.of_person(person_id, scope.community):
        _unbind(scope, account, person_id)
    scope.tx.sessions.close_of_person(person_id, scope.community, scope.now)
    scope.second_factors.delete(person_id)
    open_for_signing_in(scope, person_id, "reset", by=by)
    record(scope, person_id, "reset", by=by, reason=reason)


def lapse_requested_resets(scope: RegistryScope, person: str, reason: str) -> None:
    """Mark the open requests to reset how a person signs in as refused, because something else came before them."""
    for each in scope.proposals.open_resets(person):
        requested = scope.proposals.get(each.id)
        if requested.state == "open":
            requested.lapse(reason)


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
