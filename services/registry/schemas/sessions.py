"""Sign-ins, bindings, and who the caller is."""

from contracts.calls.registry.accounts import Binding, OwnSession, SignInChange
from contracts.calls.registry.sessions import Me, OpenSession, WaitingBinding
from services.registry.domain import (
    sessions,
)
from services.registry.domain.first_bindings import Waiting
from services.registry.encryption import PersonalDataCipher
from services.registry.schemas.days import instant
from services.registry.schemas.own_data import consents
from services.registry.schemas.places import courtyard
from services.registry.store import RegistryScope


def open_session(session: sessions.Session) -> OpenSession:
    return {
        "session": session.id,
        "person": session.person,
        "community": session.community,
        "account": session.account,
        "issued_at": int(session.refreshed_at.timestamp()),
        "limited": session.limited,
    }


def waiting_binding(waiting: Waiting) -> WaitingBinding:
    if waiting.check_number is None or waiting.proposal is None:
        return {"waiting": True}
    return {"waiting": True, "check_number": waiting.check_number, "proposal_id": waiting.proposal}


def own_session(session: sessions.Session) -> OwnSession:
    return {
        "id": session.id,
        "client": session.client,
        "opened_at": instant(session.opened_at),
        "refreshed_at": instant(session.refreshed_at),
        "binding_id": session.account,
    }


def binding(account: sessions.Account) -> Binding:
    """Return a WeChat account as its owner sees it."""
    since = account.bound_at if account.person else account.requested_at
    return {
        "id": account.id,
        "state": "bound" if account.person else "waiting",
        "since": instant(since) if since else None,
        "invited_by_id": account.bound_by if account.person else account.requested_by,
    }


def sign_in_change(change: sessions.SignInChange) -> SignInChange:
    return {
        "id": change.id,
        "kind": change.kind,
        "at": instant(change.at),
        "by_id": change.by,
        "reason": change.reason,
    }


def me(scope: RegistryScope, cipher: PersonalDataCipher) -> Me:
    """Return who the caller is, where they live today, their roles and their passbooks (R4, R20)."""
    row = scope.people.row(scope.person)
    home = row.household_id
    changes = scope.sign_in_changes.of_person(row.id, limit=1)
    own_book = [row.id] if scope.appointments.was_head(row.id) else []
    return {
        "person": {"id": row.id, "name": row.name, "phone_masked": cipher.masked_phone(row.phone_cipher)},
        "community": {"id": scope.current_community.id, "name": scope.current_community.name},
        "household": {"id": home, "code": row.household_code, "tenure": row.tenure} if home else None,
        "courtyard": courtyard(scope.courtyards.row(row.courtyard_id)) if row.courtyard_id else None,
        "roles": [{"role": role, "scope_id": over} for role, over in scope.seats],
        "passbooks": [*([home] if home else []), *own_book],
        "consents_missing": [each["purpose"] for each in consents(scope, row.id)["data"] if each["given"] is None],
        "sign_in_changed_at": next((instant(change.at) for change in changes), None),
    }
