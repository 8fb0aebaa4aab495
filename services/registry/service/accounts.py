"""Calls about what people sign in with (R4, R42)."""

from datetime import datetime

from contracts.calls.registry import accounts as calls
from contracts.calls.registry.sessions import OpenSession
from contracts.paging import page_of
from contracts.policy import Guards
from contracts.rpc import Caller, Page
from messaging import command, query
from services.registry import schemas
from services.registry.encryption import PersonalDataCipher
from services.registry.one_time_codes import step_finder
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import accounts, resets, second_factors
from services.registry.use_cases.second_factors import SecondFactorRoles


class AccountCalls(calls.AccountsApi):
    cipher: PersonalDataCipher
    guards: Guards
    second_factor_roles: SecondFactorRoles

    @query
    def closed_sessions(self, tx: RegistryTransaction, *, since: str) -> calls.ClosedSessions:
        closed = tx.sessions.closed_since(datetime.fromisoformat(since))
        return {"sessions": closed, "as_of": schemas.instant(tx.now)}

    @query
    def own_credential(self, tx: RegistryTransaction, *, actor: Caller) -> calls.OwnCredential:
        scope = tx.scope(actor)
        return {"password_hash": scope.people.get(scope.person).password_hash}

    @command
    def change_password(
        self, tx: RegistryTransaction, *, actor: Caller, session: str, former_hash: str, password_hash: str
    ) -> None:
        accounts.change_password(tx.scope(actor, for_update=True), session, former_hash, password_hash)

    @query
    def list_sessions(self, tx: RegistryTransaction, *, actor: Caller) -> Page[calls.OwnSession]:
        scope = tx.scope(actor)
        valid = tx.sessions.valid_of(scope.person, scope.community, tx.now)
        return {"data": [schemas.own_session(session) for session in valid], "next_cursor": None}

    @command
    def end_session(self, tx: RegistryTransaction, *, actor: Caller, session_id: str) -> None:
        accounts.end_session(tx.scope(actor), session_id)

    @query
    def list_bindings(self, tx: RegistryTransaction, *, actor: Caller) -> Page[calls.Binding]:
        scope = tx.scope(actor)
        found = tx.accounts.list_of(scope.person, scope.community)
        return {"data": [schemas.binding(account) for account in found], "next_cursor": None}

    @command
    def confirm_binding(self, tx: RegistryTransaction, *, actor: Caller, binding_id: str) -> calls.Binding:
        return schemas.binding(accounts.confirm_binding(tx.scope(actor), binding_id, self._needs_code))

    @command
    def end_binding(self, tx: RegistryTransaction, *, actor: Caller, binding_id: str) -> None:
        accounts.end_binding(tx.scope(actor), binding_id)

    @query
    def list_sign_in_changes(
        self, tx: RegistryTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.SignInChange]:
        scope = tx.scope(actor)
        changes = scope.sign_in_changes.of_person(scope.person, limit + 1, cursor)
        return page_of(changes, limit, schemas.sign_in_change, lambda change: change.id)

    @command
    def reset_sign_in(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        resident_id: str,
        reason: str,
        password_hash: str | None = None,
    ) -> calls.ResetAnswer:
        scope = tx.scope(actor, for_update=True)
        return schemas.reset_answer(resets.reset(scope, resident_id, reason, password_hash, self.guards))

    @query
    def list_requested_resets(self, tx: RegistryTransaction, *, actor: Caller) -> Page[calls.RequestedReset]:
        scope = tx.scope(actor)
        found = scope.proposals.open_about(scope.person, "reset")
        return {"data": [schemas.requested_reset(each) for each in found], "next_cursor": None}

    @command
    def end_requested_reset(self, tx: RegistryTransaction, *, actor: Caller, reset_id: str) -> None:
        resets.end(tx.scope(actor, for_update=True), reset_id)

    @command
    def enrol_second_factor(self, tx: RegistryTransaction, *, actor: Caller, secret: str) -> None:
        second_factors.enrol(tx.scope(actor), self.cipher.encrypt(secret))

    @command
    def confirm_second_factor(self, tx: RegistryTransaction, *, actor: Caller, session: str, code: str) -> OpenSession:
        found = second_factors.confirm(tx.scope(actor), session, code, step_finder(self.cipher, tx.now))
        return schemas.open_session(found)

    @command
    def remove_second_factor(self, tx: RegistryTransaction, *, actor: Caller, code: str) -> None:
        second_factors.remove(tx.scope(actor), code, step_finder(self.cipher, tx.now), self.second_factor_roles)

    def _needs_code(self, scope: RegistryScope, person: str) -> bool:
        return second_factors.needs_code(scope, person, self.second_factor_roles)
