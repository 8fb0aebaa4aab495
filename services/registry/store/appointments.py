"""The appointments of one community, past ones too."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.registry import Role
from messaging.sql.listing import Listing
from services.registry.domain.appointments import Appointment
from services.registry.store.tables import appointments, people
from services.registry.store.visibility import holds_on


class AppointmentRepository:
    """Loads and stores appointments of one community."""

    def __init__(self, session: Session, community: str, today: date) -> None:
        self._session = session
        self._community = community
        self._today = today

    def get(self, appointment: str) -> Appointment:
        """Return an appointment. Raises `NotFound`."""
        found = self._session.get(Appointment, (self._community, appointment))
        if found is None:
            raise NotFound("没有这项任职")
        return found

    def of_role(self, role: Role, scope: str) -> list[Appointment]:
        """Return all appointments to a role over a scope, past ones too."""
        return self._all(appointments.c.role == role, appointments.c.scope == scope)

    def of_person(self, person: str) -> list[Appointment]:
        """Return all appointments of a person, past ones too."""
        return self._all(appointments.c.person == person)

    def had_branch(self) -> bool:
        """Return whether anybody is or was ever a member of the branch here."""
        of_branch = exists().where(appointments.c.community == self._community, appointments.c.role == "branch")
        return bool(self._session.scalar(select(of_branch)))

    def not_ended(self, person: str) -> list[Appointment]:
        """Return a person's appointments that hold today or later."""
        return self._all(
            appointments.c.person == person,
            or_(appointments.c.until.is_(None), appointments.c.until > self._today),
        )

    def roles_of(self, person: str) -> set[Role]:
        """Return the roles that a person holds today or will hold later."""
        return {appointment.role for appointment in self.not_ended(person)}

    def add(self, appointment: Appointment) -> None:
        """Store a new appointment."""
        self._session.add(appointment)
        self._session.flush()

    def seats_of(self, person: str) -> list[tuple[Role, str]]:
        """Return the roles a person holds today, each with its scope."""
        held = self._session.execute(
            select(appointments.c.role, appointments.c.scope).where(
                appointments.c.community == self._community,
                appointments.c.person == person,
                holds_on(appointments, self._today),
            )
        )
        return sorted({(role, scope) for role, scope in held})

    def was_head(self, person: str) -> bool:
        """Return whether a person was ever head of a courtyard and so has a passbook of their own (R20)."""
        return bool(self._all(appointments.c.person == person, appointments.c.role == "head"))

    def _all(self, *conditions: Any) -> list[Appointment]:
        query = select(Appointment).where(appointments.c.community == self._community, *conditions)
        return list(self._session.scalars(query.order_by(appointments.c.since)))

    # Rows of lists

    def rows(
        self,
        person_id: str | None = None,
        role: str | None = None,
        scope_id: str | None = None,
        on_day: date | None = None,
    ) -> Listing[Row[Any]]:
        """Return appointments in the order they were made, ended ones too; with `on_day` those that hold that day."""
        query = self._query()
        if person_id is not None:
            query = query.where(appointments.c.person == person_id)
        if role is not None:
            query = query.where(appointments.c.role == role)
        if scope_id is not None:
            query = query.where(appointments.c.scope == scope_id)
        if on_day is not None:
            query = query.where(holds_on(appointments, on_day))
        return Listing(self._session, query, appointments.c.id, newest_first=False, whole_rows=True)

    def row(self, appointment: str) -> Row[Any]:
        """Return one appointment as a row of the list."""
        return self._session.execute(self._query().where(appointments.c.id == appointment)).one()

    def _query(self) -> Select[Any]:
        return (
            select(
                appointments.c.id,
                appointments.c.person.label("person_id"),
                people.c.name.label("person_name"),
                people.c.erased_at,
                appointments.c.role,
                appointments.c.scope.label("scope_id"),
                appointments.c.since,
                appointments.c.until,
            )
            .join(people, and_(people.c.community == appointments.c.community, people.c.id == appointments.c.person))
            .where(appointments.c.community == self._community)
        )
