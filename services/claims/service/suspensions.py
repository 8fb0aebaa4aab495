"""Calls about suspensions of people's own declaring."""

from datetime import date

from contracts.calls import claims as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import READ_ALL_SUSPENSIONS, SUSPEND_DECLARING
from messaging import command, query
from services.claims.schemas import suspensions as schemas
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import suspensions as use_cases


class SuspensionCalls:
    @command
    def suspend_person(
        self, tx: ClaimsTransaction, *, actor: Caller, person_id: str, until: str, reason: str
    ) -> calls.Suspension:
        scope = tx.scope(actor)
        scope.require(SUSPEND_DECLARING)
        return schemas.suspension(use_cases.suspend_person(scope, person_id, date.fromisoformat(until), reason))

    @command
    def lift_suspension(
        self, tx: ClaimsTransaction, *, actor: Caller, suspension_id: str, reason: str
    ) -> calls.Suspension:
        scope = tx.scope(actor)
        scope.require(SUSPEND_DECLARING)
        suspension = scope.suspensions.get(suspension_id)
        suspension.lift(by=scope.person, reason=reason, today=scope.today, at=tx.now)
        return schemas.suspension(suspension)

    @query
    def list_suspensions(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Suspension]:
        scope = tx.scope(actor)
        person = None if scope.may(READ_ALL_SUSPENSIONS) else scope.person
        return page_of(
            scope.suspensions.list(person, limit + 1, cursor), limit, schemas.suspension, lambda found: found.id
        )
