"""Appointments: who holds which role over what, from when until when (R2, R4)."""

from typing import Annotated, NotRequired, Protocol, TypedDict, Unpack, get_args

from contracts import fields
from contracts.paging import CountedQuery
from contracts.registry import Role
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Day, Doc

_ROLES = get_args(Role)
_SCOPES = ("cty", "grd", "mer", "com")


class AppointmentForm(TypedDict):
    """One head a courtyard and one chair a community at a time."""

    person_id: Annotated[str, fields.Id("per")]
    role: Annotated[Role, fields.Choice(*_ROLES)]
    scope_id: Annotated[
        str | None,
        fields.Id(*_SCOPES, load_default=None),
        Doc("A head's courtyard, an officer's grid, an operator's merchant; else the community"),
    ]
    since: Annotated[str | None, fields.Day(load_default=None), Doc("Today by default")]
    until: Annotated[str | None, fields.Day(load_default=None), Doc("First day it no longer holds")]


class EndForm(TypedDict):
    on: Annotated[str | None, fields.Day(load_default=None), Doc("First day it no longer holds; today")]


class AppointmentFilters(TypedDict, total=False):
    person_id: Annotated[str, fields.Id("per"), Doc("Whose")]
    role: Annotated[Role, fields.Choice(*_ROLES), Doc("Only of that role")]
    scope_id: Annotated[str, fields.Id(*_SCOPES), Doc("Over which courtyard, grid, merchant or community")]


class AppointmentQuery(CountedQuery, AppointmentFilters):
    on: NotRequired[Annotated[str, fields.Day(), Doc("Only those that hold on that day; without it past ones too")]]


class Appointment(TypedDict):
    id: str
    person_id: str
    person_name: str
    role: Role
    scope_id: str
    since: Day
    until: Day | None
    proposal_id: Annotated[str | None, Doc("Set while it waits for somebody else's approval; it does not hold yet")]


class AppointmentsApi(Protocol):
    """Calls about appointments."""

    @command
    def appoint(self, *, actor: Caller, **form: Unpack[AppointmentForm]) -> Appointment:
        """Give a person a role; an office waits for approval as a proposal.

        Nobody appoints themselves or a member of their household.

        Raises RoleMissing, SelfAppointment, NotFound, WrongState, Invalid, AppointmentConflict, OfficesIncompatible.
        """

    @query
    def list_appointments(
        self,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        on: str | None = None,
        totals: bool = False,
        **filters: Unpack[AppointmentFilters],
    ) -> CountedPage[Appointment]:
        """Return appointments in the order they were made, ended ones too; `on`: those that hold that day."""

    @command
    def end_appointment(self, *, actor: Caller, appointment_id: str, on: str | None = None) -> Appointment:
        """End an appointment on a day. Raises NotFound, RoleMissing, WrongState, Invalid."""
