"""The appointments of one community, past ones too, and the standing they give."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.registry import Role
from services.registry.domain.appointments import Appointment
from services.registry.domain.standing import Standing
from services.registry.store.places import on
from services.registry.store.tables import appointments, memberships, people


class Appointments:
    """What is asked of appointments; other communities' are unknown here (R1)."""

    def __init__(self, session: Session, community: str, today: date) -> None:
        self._session = session
        self._community = community
        self._today = today

    def get(self, appointment: str) -> Appointment:
        """`NotFound` when this community has none of that id."""
        found = self._session.get(Appointment, (self._community, appointment))
        if found is None:
            raise NotFound("没有这项任职")
        return found

    def to(self, role: Role, scope: str) -> list[Appointment]:
        """All appointments ever made to that role over that scope."""
        return self._all(appointments.c.role == role, appointments.c.scope == scope)

    def unended(self, person: str) -> list[Appointment]:
        """That person's appointments that hold today or later."""
        return self._all(
            appointments.c.person == person,
            or_(appointments.c.until.is_(None), appointments.c.until > self._today),
        )

    def add(self, appointment: Appointment) -> None:
        self._session.add(appointment)
        self._session.flush()

    def standing(self, person: str) -> Standing:
        """What that person may speak for today, and the household he belongs to."""
        seats = self._session.execute(
            select(appointments.c.role, appointments.c.scope).where(
                appointments.c.community == self._community,
                appointments.c.person == person,
                on(appointments, self._today),
            )
        )
        household = self._session.scalar(
            select(memberships.c.household).where(
                memberships.c.community == self._community,
                memberships.c.person == person,
                on(memberships, self._today),
            )
        )
        return Standing(
            person=person,
            community=self._community,
            seats=frozenset((role, scope) for role, scope in seats),
            household=household,
        )

    def was_head(self, person: str) -> bool:
        """Whether he ever headed a courtyard, and so has a book of his own (R20)."""
        return bool(self._all(appointments.c.person == person, appointments.c.role == "head"))

    def _all(self, *conditions: Any) -> list[Appointment]:
        asked = select(Appointment).where(appointments.c.community == self._community, *conditions)
        return list(self._session.scalars(asked.order_by(appointments.c.since)))

    # Lists

    def page(
        self,
        limit: int,
        after: str | None = None,
        person_id: str | None = None,
        role: str | None = None,
        scope_id: str | None = None,
        on_day: date | None = None,
    ) -> list[Row[Any]]:
        """Appointments in the order they were made, ended ones too; `on_day`: those that hold that day."""
        asked = self._rows()
        if after is not None:
            asked = asked.where(appointments.c.id > after)
        if person_id is not None:
            asked = asked.where(appointments.c.person == person_id)
        if role is not None:
            asked = asked.where(appointments.c.role == role)
        if scope_id is not None:
            asked = asked.where(appointments.c.scope == scope_id)
        if on_day is not None:
            asked = asked.where(on(appointments, on_day))
        return list(self._session.execute(asked.order_by(appointments.c.id).limit(limit)))

    def row(self, appointment: str) -> Row[Any]:
        """One appointment as a list shows it."""
        return self._session.execute(self._rows().where(appointments.c.id == appointment)).one()

    def _rows(self) -> Select[Any]:
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
