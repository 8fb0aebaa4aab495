"""Calls about signing in (R4)."""

from contracts.calls.registry import sessions as calls
from contracts.calls.registry.consents import ConsentChoices
from contracts.rpc import Caller
from messaging import command, query, tick
from services.registry import schemas
from services.registry.domain.sessions import Session
from services.registry.encryption import PersonalDataCipher
from services.registry.one_time_codes import step_finder
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.store.invitations import invitation_by_code
from services.registry.use_cases import accounts, own_data, second_factors
from services.registry.use_cases.second_factors import SecondFactorRoles


class SessionCalls(calls.SessionsApi):
    cipher: PersonalDataCipher
    second_factor_roles: SecondFactorRoles

    @query
    def credential(self, tx: RegistryTransaction, *, phone: str) -> calls.Credential:
        index = self.cipher.encrypt_phone(phone).index
        person, community, password_hash = tx.identities.credential(index)
        return {"person": person, "community": community, "password_hash": password_hash}

    @command
    def open_session(
        self, tx: RegistryTransaction, *, person: str, refresh_hash: str, client: str = "", code: str | None = None
    ) -> calls.OpenSession:
        session = Session.open(person, tx.identities.community_of(person), tx.now, client)
        self._admit(tx, session, code)
        tx.sessions.add(session, refresh_hash)
        accounts.record_sign_in(tx, session)
        return schemas.open_session(session)

    @command
    def rotate_session(
        self, tx: RegistryTransaction, *, refresh_hash: str, new_refresh_hash: str
    ) -> calls.OpenSession | calls.RevokedSession:
        """Return `{"revoked": true}` for a used token instead of raising: closing the session must be committed."""
        token, session = tx.sessions.by_token(refresh_hash)
        next_token = token.rotate(session, tx.now, new_refresh_hash, tx.sessions.token(new_refresh_hash))
        if next_token is None:
            return {"revoked": True}
        tx.sessions.add_token(next_token)
        second_factors.limit_if_required(tx, session, self.second_factor_roles)
        return schemas.open_session(session)

    @command
    def close_session(self, tx: RegistryTransaction, *, session: str) -> None:
        if found := tx.sessions.get(session):
            found.close(tx.now)

    @command
    def wechat_session(
        self, tx: RegistryTransaction, *, openid: str, refresh_hash: str, client: str = "", code: str | None = None
    ) -> calls.OpenSession:
        account = tx.accounts.get_or_create(self.cipher.blind_indexes(openid))
        session = account.sign_in(tx.now, client)
        self._admit(tx, session, code)
        tx.sessions.add(session, refresh_hash)
        accounts.record_sign_in(tx, session)
        return schemas.open_session(session)

    @command
    def bind(
        self, tx: RegistryTransaction, *, account: str, invite_code: str, consents: ConsentChoices | None = None
    ) -> calls.BoundAccount | calls.WaitingBinding:
        """Return what it waits for instead of raising: the request must be committed."""
        code_indexes = self.cipher.blind_indexes(invite_code.strip().upper())
        invitation = invitation_by_code(tx.session, code_indexes)
        if waiting := accounts.bind(tx, tx.accounts.get(account), invitation, self._needs_code):
            return schemas.waiting_binding(waiting)
        return self._bound(tx, invitation.person, invitation.community, consents)

    @command
    def bind_by_phone(
        self,
        tx: RegistryTransaction,
        *,
        account: str,
        phone: str,
        community_id: str | None = None,
        consents: ConsentChoices | None = None,
    ) -> calls.BoundAccount | calls.WaitingBinding:
        person, community = tx.identities.holder(self.cipher.encrypt_phone(phone).index, community_id)
        if waiting := accounts.bind_by_phone(tx, tx.accounts.get(account), person, community, self._needs_code):
            return schemas.waiting_binding(waiting)
        return self._bound(tx, person, community, consents)

    @tick(seconds=3600)
    def forget_sessions(self, tx: RegistryTransaction) -> None:
        tx.sessions.delete_expired(tx.now)

    @query
    def me(self, tx: RegistryTransaction, *, actor: Caller) -> calls.Me:
        return schemas.me(tx.scope(actor), self.cipher)

    @query
    def names(self, tx: RegistryTransaction, *, ids: list[str], masked: bool = True) -> dict[str, str]:
        return tx.identities.names(ids, masked)

    def _admit(self, tx: RegistryTransaction, session: Session, code: str | None) -> None:
        second_factors.admit(tx, session, code, step_finder(self.cipher, tx.now), self.second_factor_roles)

    def _needs_code(self, scope: RegistryScope, person: str) -> bool:
        return second_factors.needs_code(scope, person, self.second_factor_roles)

    def _bound(
        self, tx: RegistryTransaction, person: str, community: str, consents: ConsentChoices | None
    ) -> calls.BoundAccount:
        own_data.record_own_choices(tx.scope({"person": person, "community": community}), consents or {})
        limited = self._needs_code(tx.scope_of(community), person)
        return {"person": person, "community": community, "limited": limited}
