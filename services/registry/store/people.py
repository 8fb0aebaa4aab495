"""The people of one community, as it stands on a day."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from services.registry.domain.people import Person, SealedPhone
from services.registry.domain.standing import Standing
from services.registry.store.places import members, on, visible
from services.registry.store.tables import courtyards, households, memberships, people, stays


class People:
    """What is asked of people; other communities' are unknown here (R1)."""

    def __init__(self, session: Session, community: str, today: date) -> None:
        self._session = session
        self._community = community
        self._today = today

    def get(self, person: str) -> Person:
        """`NotFound` when this community knows nobody of that id."""
        found = self._session.get(Person, (self._community, person))
        if found is None:
            raise NotFound("没有这位居民")
        return found

    def members_of(self, household: str, day: date) -> list[Person]:
        """Everybody who belongs to that household on that day."""
        asked = select(Person).where(
            people.c.community == self._community, people.c.id.in_(members(self._community, household, day))
        )
        return list(self._session.scalars(asked.order_by(people.c.id)))

    def add(self, person: Person) -> None:
        self._session.add(person)
        self._session.flush()

    def with_phone(self, phone_index: bytes) -> str | None:
        """The person whose number that is."""
        return self._session.scalar(
            select(people.c.id).where(people.c.community == self._community, people.c.phone_index == phone_index)
        )

    def must_be_free(self, phone: SealedPhone | None, holder: str | None = None) -> None:
        """`AlreadyExists` when that number is another person's than `holder`'s in this community."""
        if phone is None:
            return
        if self.with_phone(phone.index) not in (None, holder):
            raise AlreadyExists("该手机号已登记在另一位居民名下", [{"pointer": "/phone", "detail": "已登记"}])

    # Lists

    def page(
        self,
        standing: Standing,
        limit: int,
        after: str | None = None,
        household_id: str | None = None,
        courtyard_id: str | None = None,
        name: str | None = None,
    ) -> list[Row[Any]]:
        """People that `standing` may see, oldest first; `name`: those whose name begins so."""
        asked = self._visible(standing)
        if after is not None:
            asked = asked.where(people.c.id > after)
        if household_id is not None:
            asked = asked.where(memberships.c.household == household_id)
        if courtyard_id is not None:
            asked = asked.where(stays.c.courtyard == courtyard_id)
        if name is not None:
            asked = asked.where(people.c.name.startswith(name, autoescape=True))
        return list(self._session.execute(asked.order_by(people.c.id).limit(limit)))

    def row(self, person: str, standing: Standing | None = None) -> Row[Any]:
        """One person as a list shows him; `NotFound` also when `standing` may not see him."""
        asked = self._visible(standing) if standing else self._rows()
        found = self._session.execute(asked.where(people.c.id == person)).one_or_none()
        if found is None:
            raise NotFound("没有这位居民")
        return found

    def _visible(self, standing: Standing) -> Select[Any]:
        theirs = visible(standing, memberships.c.household, self._today)
        return self._rows().where(or_(people.c.id == standing.person, theirs))

    def _rows(self) -> Select[Any]:
        return (
            select(
                people.c.id,
                people.c.name,
                people.c.phone_cipher,
                people.c.birth_year,
                people.c.erased_at,
                memberships.c.household.label("household_id"),
                households.c.code.label("household_code"),
                memberships.c.tenure,
                memberships.c.away,
                memberships.c.since,
                stays.c.courtyard.label("courtyard_id"),
                courtyards.c.number.label("courtyard_number"),
                courtyards.c.grid.label("grid_id"),
            )
            .select_from(people)
            .outerjoin(
                memberships,
                and_(
                    memberships.c.community == people.c.community,
                    memberships.c.person == people.c.id,
                    on(memberships, self._today),
                ),
            )
            .outerjoin(
                households,
                and_(
                    households.c.community == memberships.c.community,
                    households.c.id == memberships.c.household,
                ),
            )
            .outerjoin(
                stays,
                and_(
                    stays.c.community == memberships.c.community,
                    stays.c.household == memberships.c.household,
                    on(stays, self._today),
                ),
            )
            .outerjoin(
                courtyards,
                and_(courtyards.c.community == stays.c.community, courtyards.c.id == stays.c.courtyard),
            )
            .where(people.c.community == self._community)
        )
