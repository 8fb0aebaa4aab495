"""Calls about people (R1, R3, R4)."""

from typing import Unpack, cast

from contracts.calls.registry import residents as calls
from contracts.errors import Invalid
from contracts.paging import counted_page
from contracts.rpc import Caller, CountedPage
from contracts.validation import load
from messaging import command, query
from services.registry import permissions, schemas
from services.registry.domain.people import EncryptedPhone
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryScope, RegistryTransaction
from services.registry.use_cases import erasures, people
from services.registry.use_cases.own_data import record_choices_on_paper
from services.registry.use_cases.people import PersonalData


class ResidentCalls(calls.ResidentsApi):
    cipher: PersonalDataCipher

    @command
    def register_resident(
        self, tx: RegistryTransaction, *, actor: Caller, **form: Unpack[calls.NewResident]
    ) -> calls.Resident:
        form = load(calls.NewResident, form)
        if form["household_id"] and not form["tenure"]:
            raise Invalid(errors=[{"pointer": "/tenure", "detail": "请说明房东或租户"}])
        scope = tx.scope(actor, for_update=True)
        password_hash = form.get("password_hash")
        permissions.require_setting_password(scope, password_hash is not None)
        person = people.register(
            scope,
            form["name"],
            schemas.day_of_form(form["since"], "/since", scope.today),
            people.require_home(scope, form["household_id"], form["tenure"], form["away"]),
            self._encrypted(form["phone"]),
            password_hash,
            form["birth_year"],
        )
        scope.accesses.record(person.id, "registered", person.id)
        record_choices_on_paper(scope, person, form.get("consents", {}), form.get("guardian_id"))
        return self._resident(scope, person.id)

    @query
    def list_residents(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        totals: bool = False,
        **filters: Unpack[calls.ResidentFilters],
    ) -> CountedPage[calls.Resident]:
        scope = tx.scope(actor)
        rows = scope.people.rows(
            scope.viewer,
            household_id=filters.get("household_id"),
            courtyard_id=filters.get("courtyard_id"),
            name=filters.get("name"),
            phone_indexes=self.cipher.blind_indexes(filters["phone"]) if "phone" in filters else None,
        )
        return counted_page(
            rows.page(limit + 1, cursor),
            limit,
            lambda row: schemas.resident(row, self.cipher),
            lambda row: row.id,
            count=rows.count if totals else None,
        )

    @command
    def get_resident(self, tx: RegistryTransaction, *, actor: Caller, resident_id: str) -> calls.ResidentInFull:
        scope = tx.scope(actor)
        row = scope.people.row(resident_id, scope.viewer)
        scope.accesses.record(resident_id, "record_read", resident_id)
        return schemas.resident_in_full(scope, row, self.cipher)

    @command
    def correct_resident(
        self, tx: RegistryTransaction, *, actor: Caller, resident_id: str, **form: Unpack[calls.Correction]
    ) -> calls.Resident:
        form = load(calls.Correction, form)
        scope = tx.scope(actor, for_update=True)
        encrypted = {"phone": self._encrypted(form["phone"])} if "phone" in form else {}
        people.correct(scope, resident_id, cast(PersonalData, {**form, **encrypted}))
        scope.accesses.record(resident_id, "corrected", resident_id)
        return self._resident(scope, resident_id)

    @command
    def erase_resident(self, tx: RegistryTransaction, *, actor: Caller, resident_id: str) -> calls.ErasureAnswer:
        return schemas.erasure_answer(erasures.erase(tx.scope(actor, for_update=True), resident_id))

    @command
    def move_resident(
        self, tx: RegistryTransaction, *, actor: Caller, resident_id: str, **form: Unpack[calls.MoveForm]
    ) -> calls.Resident:
        form = load(calls.MoveForm, form)
        scope = tx.scope(actor, for_update=True)
        on = schemas.day_of_form(form["on"], "/on", scope.today)
        moved = people.move(scope, resident_id, on, form["to"], form["whole_household"], form["tenure"], form["away"])
        for person in moved:
            scope.accesses.record(person, "moved", resident_id)
        return self._resident(scope, resident_id)

    @command
    def invite_resident(
        self, tx: RegistryTransaction, *, actor: Caller, resident_id: str, code: str, sealed: str | None = None
    ) -> calls.SealedInvitation:
        scope = tx.scope(actor)
        invitation = people.invite(scope, resident_id, self.cipher.blind_index(code.upper()))
        scope.accesses.record(resident_id, "invited", resident_id)
        expires_at = schemas.instant(invitation.expires_at)
        return {"resident_id": resident_id, "expires_at": expires_at, "sealed": sealed}

    def _resident(self, scope: RegistryScope, person: str) -> calls.Resident:
        return schemas.resident(scope.people.row(person), self.cipher)

    def _encrypted(self, phone: str | None) -> EncryptedPhone | None:
        return self.cipher.encrypt_phone(phone) if phone else None
