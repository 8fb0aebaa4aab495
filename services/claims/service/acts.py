"""Calls about recorded acts (R11)."""

from typing import Unpack

from contracts.calls import claims as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import RECORD_ACTS
from messaging import command, query
from services.claims.schemas import acts as schemas
from services.claims.schemas.claims import declaration
from services.claims.store import ClaimsTransaction
from services.claims.use_cases import acts as use_cases


class ActCalls:
    @command
    def record_acts(
        self, tx: ClaimsTransaction, *, actor: Caller, **form: Unpack[calls.AttendanceForm]
    ) -> calls.Recorded:
        scope = tx.scope(actor)
        scope.require(RECORD_ACTS)
        act = declaration({name: value for name, value in form.items() if name != "person_ids"})
        outcomes = use_cases.record_acts(scope, act, form["person_ids"])
        return {"data": [schemas.recorded_act(person, outcome) for person, outcome in outcomes]}

    @query
    def list_acts(
        self, tx: ClaimsTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Act]:
        scope = tx.scope(actor)
        scope.require(RECORD_ACTS)
        return page_of(scope.acts.list(limit + 1, cursor), limit, schemas.act, lambda act: act.id)
