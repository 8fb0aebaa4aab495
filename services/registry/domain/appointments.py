"""Appointments: who holds which role over what, from when until when (R2, R4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from contracts import ids
from contracts.errors import AppointmentConflict, Invalid, OfficesIncompatible, SelfAppointment, WrongState
from contracts.policy import Policy
from contracts.registry import Appointed, AppointmentEnded, Role
from services.registry.domain import spans

SINGLE_SEATS: frozenset[Role] = frozenset({"head", "working_group_chair"})
"""Roles with one holder at a time: head of a courtyard (一院一长, R2), chair of the working group (组长, R4)."""


@dataclass(eq=False, kw_only=True)
class Appointment:
    """A person holding a role over a scope: a courtyard, a grid or a merchant, otherwise the community."""

    community: str
    person: str
    role: Role
    scope: str
    since: date
    until: date | None = None
    appointed_by: str | None = None
    """None when a roster or the platform's bootstrap made it."""
    id: str = field(default_factory=lambda: ids.new("apt"))
    version: int = 1

    @classmethod
    def appoint(
        cls,
        community: str,
        person: str,
        role: Role,
        scope: str,
        since: date,
        until: date | None = None,
        others: Iterable["Appointment"] = (),
        by: str | None = None,
    ) -> tuple["Appointment", Appointed]:
        """Appoint a person from a day on; `others` are all appointments to this role and scope so far.

        Raises `SelfAppointment`, and `AppointmentConflict` when the person, or for a single seat anybody, holds it on
        one of these days.
        """
        if by == person:
            raise SelfAppointment()
        if until is not None and until <= since:
            raise Invalid("任期结束日必须晚于开始日", [{"pointer": "/until", "detail": "必须晚于开始日"}])
        rivals = [a for a in others if role in SINGLE_SEATS or a.person == person]
        if rival := spans.overlapping(rivals, since, until):
            raise AppointmentConflict(facts={"appointment": rival.id, "since": rival.since.isoformat()})
        appointment = cls(
            community=community, person=person, role=role, scope=scope, since=since, until=until, appointed_by=by
        )
        return appointment, Appointed(
            community=community,
            appointment=appointment.id,
            person=person,
            role=role,
            scope=scope,
            since=since,
            until=until,
            by=by,
        )

    def end(self, on: date, by: str | None = None) -> AppointmentEnded:
        """End it from `on` on; ended on its first day it never held. Raises `WrongState`, `Invalid`."""
        if self.until is not None and self.until <= on:
            raise WrongState("该职务已经结束")
        if on < self.since:
            raise Invalid("结束日不能早于任职日", [{"pointer": "/on", "detail": "不能早于任职日"}])
        self.until = on
        self.version += 1
        return AppointmentEnded(
            community=self.community,
            sequence=self.version,
            appointment=self.id,
            person=self.person,
            role=self.role,
            scope=self.scope,
            since=self.since,
            until=on,
            by=by,
        )


def require_compatible(
    role: Role, since: date, until: date | None, held: Iterable[Appointment], policy: Policy
) -> None:
    """Raise `OfficesIncompatible` when a person's `held` appointments rule out a role on one of these days (R4)."""
    rivals = [appointment for appointment in held if policy.incompatible(role, appointment.role)]
    if rival := spans.overlapping(rivals, since, until):
        raise OfficesIncompatible(facts={"role": role, "held_role": rival.role, "appointment": rival.id})


def first_free_day(heads: Iterable[Appointment], since: date) -> date:
    """Return the first day from `since` on that is after every ended term of `heads`."""
    return max([since, *(a.until for a in heads if a.until is not None)])
