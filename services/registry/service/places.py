"""Calls about courtyards, households and their cards (R1, R3, R6)."""

from typing import Unpack

from contracts.calls.registry import places as calls
from contracts.paging import counted_page, number_cursor
from contracts.rpc import Caller, CountedPage
from contracts.validation import load
from directory.permissions import MANAGE_COURTYARDS
from messaging import command, query
from services.registry import permissions, schemas
from services.registry.domain.places import Courtyard
from services.registry.domain.proposals import Proposal
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryTransaction
from services.registry.use_cases import cards, households, proposals


class PlaceCalls(calls.PlacesApi):
    # Courtyards

    @command
    def register_courtyard(
        self, tx: RegistryTransaction, *, actor: Caller, **form: Unpack[calls.CourtyardForm]
    ) -> calls.Courtyard:
        form = load(calls.CourtyardForm, form)
        scope = tx.scope(actor, for_update=True)
        scope.require(MANAGE_COURTYARDS)
        grid = scope.courtyards.get_or_create_grid(form["grid"])
        courtyard = Courtyard(
            community=scope.community, number=form["number"], row=form["row"], grid=grid.id, name=form["name"]
        )
        scope.courtyards.add(courtyard)
        tx.emit(courtyard.registered())
        return schemas.courtyard(scope.courtyards.row(courtyard.id))

    @query
    def list_courtyards(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        grid_id: str | None = None,
        dissolved: bool = False,
        totals: bool = False,
    ) -> CountedPage[calls.Courtyard]:
        rows = tx.scope(actor).courtyards.rows(grid_id, dissolved)
        found, count = rows.page(limit + 1, number_cursor(cursor)), rows.count if totals else None
        return counted_page(found, limit, schemas.courtyard, lambda row: row.number, count=count)

    @query
    def get_courtyard(self, tx: RegistryTransaction, *, actor: Caller, courtyard_id: str) -> calls.Courtyard:
        return schemas.courtyard(tx.scope(actor).courtyards.row(courtyard_id))

    @command
    def dissolve_courtyard(
        self, tx: RegistryTransaction, *, actor: Caller, courtyard_id: str, on: str | None = None
    ) -> calls.Courtyard:
        scope = tx.scope(actor, for_update=True)
        scope.require(MANAGE_COURTYARDS)
        households.dissolve_courtyard(scope, courtyard_id, schemas.parse_day(on, scope.today))
        return schemas.courtyard(scope.courtyards.row(courtyard_id))

    # Households

    @command
    def register_household(
        self, tx: RegistryTransaction, *, actor: Caller, **form: Unpack[calls.HouseholdForm]
    ) -> calls.HouseholdInFull:
        form = load(calls.HouseholdForm, form)
        scope = tx.scope(actor, for_update=True)
        since = schemas.day_of_form(form["since"], "/since", scope.today)
        household = households.register_household(scope, form["courtyard_id"], form["code"], since)
        return schemas.household_in_full(scope, household.id)

    @query
    def list_households(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        courtyard_id: str | None = None,
        totals: bool = False,
    ) -> CountedPage[calls.Household]:
        scope = tx.scope(actor)
        rows = scope.households.rows(scope.viewer, courtyard_id)
        count = rows.count if totals else None
        return counted_page(rows.page(limit + 1, cursor), limit, schemas.household, lambda row: row.id, count=count)

    @query
    def get_household(self, tx: RegistryTransaction, *, actor: Caller, household_id: str) -> calls.HouseholdInFull:
        scope = tx.scope(actor)
        scope.households.row(household_id, scope.viewer)
        may_activate = permissions.may_activate_card(scope, household_id)
        return schemas.household_in_full(scope, household_id, card_awaits_me=may_activate)

    @command
    def split_household(
        self, tx: RegistryTransaction, *, actor: Caller, household_id: str, **form: Unpack[calls.SplitForm]
    ) -> calls.HouseholdInFull:
        form = load(calls.SplitForm, form)
        scope = tx.scope(actor, for_update=True)
        on = schemas.day_of_form(form["on"], "/on", scope.today)
        made = households.split_household(scope, household_id, on, form["resident_ids"], form["courtyard_id"])
        return schemas.household_in_full(scope, made.id)

    @command
    def merge_household(
        self, tx: RegistryTransaction, *, actor: Caller, household_id: str, **form: Unpack[calls.MergeForm]
    ) -> calls.MergedHousehold:
        form = load(calls.MergeForm, form)
        scope = tx.scope(actor, for_update=True)
        on = schemas.day_of_form(form["on"], "/on", scope.today)
        made = proposals.merge(scope, household_id, on, form["into_household_id"])
        proposed = made.id if isinstance(made, Proposal) else None
        return {**schemas.household_in_full(scope, form["into_household_id"]), "proposal_id": proposed}


class CardCalls(calls.CardsApi):
    cipher: PersonalDataCipher

    @command
    def issue_card(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        household_id: str,
        code: str,
        pin_hash: str,
        sealed: str | None = None,
    ) -> calls.IssuedCard:
        scope = tx.scope(actor, for_update=True)
        household = permissions.household_for_card(scope, household_id)
        card = cards.issue_card(scope, household, code, self.cipher.encrypt(code), pin_hash)
        return {**schemas.card(scope, card), "sealed": sealed}

    @command
    def activate_card(self, tx: RegistryTransaction, *, actor: Caller, household_id: str, issued_at: str) -> calls.Card:
        scope = tx.scope(actor, for_update=True)
        return schemas.card(scope, cards.activate_card(scope, household_id, issued_at))

    @query
    def printed_card(self, tx: RegistryTransaction, *, actor: Caller, household_id: str) -> calls.PrintedCard:
        scope = tx.scope(actor)
        card = scope.cards.get(permissions.household_for_card(scope, household_id).id)
        return schemas.printed_card(scope, card, self.cipher)

    @command
    def revoke_card(self, tx: RegistryTransaction, *, actor: Caller, household_id: str) -> None:
        scope = tx.scope(actor, for_update=True)
        permissions.require_revoking_card(scope, household_id)
        tx.emit(scope.cards.get(household_id).revoke(tx.now))
