"""Calls about rosters, and the timer that imports uploaded ones (R5)."""

from datetime import date

from contracts.calls.registry import rosters as calls
from contracts.rpc import Caller
from directory.permissions import IMPORT_ROSTERS
from messaging import command, query, tick
from messaging.store import StoreAccess
from services.registry import schemas
from services.registry.domain.roster import columns
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryTransaction
from services.registry.use_cases import rosters
from tabular import Table

Columns = list[str]
Rows = list[list[calls.Cell]]


class RosterCalls(calls.RostersApi):
    cipher: PersonalDataCipher
    store: StoreAccess

    @query
    def roster_columns(self, tx: RegistryTransaction) -> list[calls.RosterColumn]:
        return [
            {
                "heading": column.name,
                "synonyms": [*column.synonyms],
                "required": column.required,
                "example": column.example,
            }
            for column in columns(date.max)
        ]

    @query
    def require_importing_rosters(self, tx: RegistryTransaction, *, actor: Caller) -> None:
        tx.scope(actor).require(IMPORT_ROSTERS)

    @query
    def check_roster(
        self, tx: RegistryTransaction, *, actor: Caller, columns: Columns, rows: Rows, first_row: int = 2
    ) -> calls.RosterReport:
        table = Table(columns, rows, first_row)
        return schemas.roster_report(*rosters.plan_import(tx.scope(actor), self.cipher, table))

    @command
    def import_roster(
        self, tx: RegistryTransaction, *, actor: Caller, columns: Columns, rows: Rows, first_row: int = 2
    ) -> calls.RosterReport:
        table = Table(columns, rows, first_row)
        return rosters.import_roster(tx.scope(actor, for_update=True), self.cipher, table)

    @command
    def hand_in_roster(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        columns: Columns,
        rows: Rows,
        first_row: int = 2,
        dry_run: bool = False,
    ) -> calls.Roster:
        table = Table(columns, rows, first_row)
        return schemas.roster_upload(rosters.upload_roster(tx.scope(actor), self.cipher, table, dry_run))

    @tick(seconds=1)
    def take_in_roster(self, tx: RegistryTransaction) -> None:
        rosters.import_next_upload(tx, self.store, self.cipher)

    @query
    def get_roster(self, tx: RegistryTransaction, *, actor: Caller, roster_id: str) -> calls.Roster:
        scope = tx.scope(actor)
        scope.require(IMPORT_ROSTERS)
        return schemas.roster_upload(scope.roster_uploads.get(roster_id))
