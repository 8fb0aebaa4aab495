"""The people of one community, with where they live on a day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from messaging.sql.listing import Listing
from services.registry.domain.people import EncryptedPhone, Person
from services.registry.store.tables import courtyards, households, memberships, people, stays
from services.registry.store.visibility import Viewer, holds_on, is_visible, members_of


class PersonRepository:
    """Loads and stores people of one community."""

    def __init__(self, session: Session, community: str, today: date) -> None:
        self._session = session
        self._community = community
        self._today = today

    def get(self, person: str) -> Person:
        """Return a person. Raises `NotFound`."""
        found = self._session.get(Person, (self._community, person))
        if found is None:
            raise NotFound("没有这位居民")
        return found

    def members_of(self, household: str, day: date) -> list[Person]:
        """Return the members of a household on a day."""
        query = select(Person).where(
            people.c.community == self._community, people.c.id.in_(members_of(self._community, household, day))
        )
        return list(self._session.scalars(query.order_by(people.c.id)))

    def household_of(self, person: str) -> str | None:
        """Return the household a person belongs to today, if any."""
        return self._session.scalar(
            select(memberships.c.household).where(
                memberships.c.community == self._community,
                memberships.c.person == person,
                holds_on(memberships, self._today),
            )
        )

    def add(self, person: Person) -> None:
        """Store a new person."""
        self._session.add(person)
        self._session.flush()

    def with_phone(self, phone_index: bytes) -> str | None:
        """Return the person with that phone number, if any."""
        return self._session.scalar(
            select(people.c.id).where(people.c.community == self._community, people.c.phone_index == phone_index)
        )

    def require_free(self, phone: EncryptedPhone | None, holder: str | None = None) -> None:
        """Raise `AlreadyExists` when somebody other than `holder` has that number in this community."""
        if phone is None:
            return
        if self.with_phone(phone.index) not in (None, holder):
            raise AlreadyExists("该手机号已登记在另一位居民名下", [{"pointer": "/phone", "detail": "已登记"}])

    # Rows of lists

    def rows(
        self,
        viewer: Viewer,
        household_id: str | None = None,
        courtyard_id: str | None = None,
        name: str | None = None,
        phone_indexes: Collection[bytes] | None = None,
    ) -> Listing[Row[Any]]:
        """Return people that `viewer` may see, oldest first; with `name` those whose name contains it."""
        query = self._visible(viewer)
        if household_id is not None:
            query = query.where(memberships.c.household == household_id)
        if courtyard_id is not None:
            query = query.where(stays.c.courtyard == courtyard_id)
        if name is not None:
            query = query.where(people.c.name.contains(name, autoescape=True))
        if phone_indexes is not None:
            query = query.where(people.c.phone_index.in_(phone_indexes))
        return Listing(self._session, query, people.c.id, newest_first=False, whole_rows=True)

    def row(self, person: str, viewer: Viewer | None = None) -> Row[Any]:
        """Return one person as a row of the list. Raises `NotFound`, also when `viewer` may not see them."""
        query = self._visible(viewer) if viewer else self._query()
        found = self._session.execute(query.where(people.c.id == person)).one_or_none()
        if found is None:
            raise NotFound("没有这位居民")
        return found

    def _visible(self, viewer: Viewer) -> Select[Any]:
        household_is_visible = is_visible(viewer, memberships.c.household, self._community, self._today)
        return self._query().where(or_(people.c.id == viewer.person, household_is_visible))

    def _query(self) -> Select[Any]:
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
                    holds_on(memberships, self._today),
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
                    holds_on(stays, self._today),
                ),
            )
            .outerjoin(
                courtyards,
                and_(courtyards.c.community == stays.c.community, courtyards.c.id == stays.c.courtyard),
            )
            .where(people.c.community == self._community)
        )
