"""Calls about appointments (R2, R4)."""

from typing import Unpack

from contracts.calls.registry import appointments as calls
from contracts.paging import counted_page
from contracts.rpc import Caller, CountedPage
from contracts.validation import load
from messaging import command, query
from services.registry import permissions, schemas
from services.registry.domain.proposals import Proposal
from services.registry.store import RegistryTransaction
from services.registry.use_cases import appointments, proposals


class AppointmentCalls(calls.AppointmentsApi):
    @command
    def appoint(
        self, tx: RegistryTransaction, *, actor: Caller, **form: Unpack[calls.AppointmentForm]
    ) -> calls.Appointment:
        form = load(calls.AppointmentForm, form)
        scope = tx.scope(actor, for_update=True)
        permissions.require_appointing(scope, form["role"], form["person_id"])
        since = schemas.day_of_form(form["since"], "/since", scope.today)
        until = schemas.day_of_form(form["until"], "/until", since) if form["until"] else None
        made = proposals.appoint(scope, form["person_id"], form["role"], form["scope_id"], since, until)
        if isinstance(made, Proposal):
            return schemas.proposed_appointment(scope, made)
        return schemas.appointment(scope.appointments.row(made.id))

    @query
    def list_appointments(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        on: str | None = None,
        totals: bool = False,
        **filters: Unpack[calls.AppointmentFilters],
    ) -> CountedPage[calls.Appointment]:
        scope = tx.scope(actor)
        on_day = schemas.parse_day(on, scope.today) if on else None
        rows = scope.appointments.rows(on_day=on_day, **filters)
        count = rows.count if totals else None
        return counted_page(rows.page(limit + 1, cursor), limit, schemas.appointment, lambda row: row.id, count=count)

    @command
    def end_appointment(
        self, tx: RegistryTransaction, *, actor: Caller, appointment_id: str, on: str | None = None
    ) -> calls.Appointment:
        scope = tx.scope(actor, for_update=True)
        appointments.end_appointment(scope, appointment_id, schemas.parse_day(on, scope.today))
        return schemas.appointment(scope.appointments.row(appointment_id))
