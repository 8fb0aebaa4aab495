"""Calls about one's own data (R42)."""

from contracts.calls.registry import own_data as calls
from contracts.paging import page_of
from contracts.registry import ConsentPurpose
from contracts.rpc import Caller, Page
from directory.permissions import ERASE_RESIDENTS
from messaging import command, query
from services.registry import schemas
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryTransaction
from services.registry.use_cases import own_data

_MOST_ROWS = 1_000
"""Appointments and requests of one person in an export."""


class OwnDataCalls(calls.OwnDataApi):
    cipher: PersonalDataCipher

    @query
    def list_consents(self, tx: RegistryTransaction, *, actor: Caller, person_id: str) -> calls.Consents:
        scope = tx.scope(actor)
        scope.people.row(person_id, scope.viewer)
        return schemas.consents(scope, person_id)

    @command
    def record_consent(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        person_id: str,
        purpose: ConsentPurpose,
        given: bool,
        guardian_id: str | None = None,
    ) -> calls.Consents:
        scope = tx.scope(actor, for_update=True)
        own_data.record_consent(scope, person_id, purpose, given, guardian_id)
        return schemas.consents(scope, person_id)

    @command
    def request_erasure(self, tx: RegistryTransaction, *, actor: Caller, reason: str = "") -> calls.ErasureRequest:
        return schemas.erasure_request(own_data.request_erasure(tx.scope(actor, for_update=True), reason))

    @command
    def withdraw_erasure_request(
        self, tx: RegistryTransaction, *, actor: Caller, request_id: str
    ) -> calls.ErasureRequest:
        return schemas.erasure_request(own_data.withdraw_erasure_request(tx.scope(actor), request_id))

    @query
    def list_own_erasure_requests(
        self, tx: RegistryTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.ErasureRequest]:
        scope = tx.scope(actor)
        found = scope.erasure_requests.list(limit + 1, cursor, person=scope.person)
        return page_of(found, limit, schemas.erasure_request, lambda request: request.id)

    @query
    def list_erasure_requests(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        state: calls.ErasureState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.ErasureRequest]:
        scope = tx.scope(actor)
        scope.require(ERASE_RESIDENTS)
        found = scope.erasure_requests.list(limit + 1, cursor, state=state)
        return page_of(found, limit, schemas.erasure_request, lambda request: request.id)

    @command
    def refuse_erasure(
        self, tx: RegistryTransaction, *, actor: Caller, request_id: str, reason: str
    ) -> calls.ErasureRequest:
        return schemas.erasure_request(own_data.refuse_erasure(tx.scope(actor), request_id, reason))

    @query
    def own_record(self, tx: RegistryTransaction, *, actor: Caller) -> calls.OwnRecord:
        scope = tx.scope(actor)
        row = scope.people.row(scope.person)
        return {
            **schemas.resident_in_full(scope, row, self.cipher),
            "phone": self.cipher.decrypt(row.phone_cipher) if row.phone_cipher else None,
            "appointments": [
                schemas.appointment(each) for each in scope.appointments.rows(person_id=scope.person).page(_MOST_ROWS)
            ],
            "consents": schemas.consents(scope, scope.person)["data"],
            "erasure_requests": [
                schemas.erasure_request(each)
                for each in scope.erasure_requests.list(_MOST_ROWS, None, person=scope.person)
            ],
        }
