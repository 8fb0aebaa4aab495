"""Households of one community, with where they live on a day."""

from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, exists, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from messaging.sql.listing import Listing
from services.registry.domain.places import Courtyard, Household
from services.registry.store.tables import courtyards, households, stays
from services.registry.store.visibility import Viewer, holds_on, is_visible


class HouseholdRepository:
    """Loads and stores households of one community."""

    def __init__(self, session: Session, community: str, today: date) -> None:
        self._session = session
        self._community = community
        self._today = today

    def get(self, household: str) -> Household:
        """Return a household. Raises `NotFound`."""
        found = self._session.get(Household, (self._community, household))
        if found is None:
            raise NotFound("没有这户")
        return found

    def add(self, household: Household) -> None:
        """Store a new household. Raises `AlreadyExists` when its code is taken."""
        same_code = households.c.code == household.code
        if self._session.scalar(select(exists().where(households.c.community == self._community, same_code))):
            raise AlreadyExists(f"户号 {household.code} 已存在")
        self._session.add(household)
        self._session.flush()

    def save(self, household: Household) -> None:
        """Store a household that may be new, with a code of `next_code`."""
        self._session.add(household)

    def next_code(self, courtyard: Courtyard) -> str:
        """Return the code of the next household to be registered in a courtyard; codes are never reused."""
        prefix = courtyard.household_code(1).removesuffix("1")
        codes = self._session.scalars(
            select(households.c.code).where(
                households.c.community == self._community, households.c.code.startswith(prefix, autoescape=True)
            )
        )
        ordinals = [int(code.removeprefix(prefix)) for code in codes if code.removeprefix(prefix).isdecimal()]
        return courtyard.household_code(max(ordinals, default=0) + 1)

    # Rows of lists

    def rows(self, viewer: Viewer, courtyard: str | None = None) -> Listing[Row[Any]]:
        """Return households that `viewer` may see, oldest first; with `courtyard` those that live there today."""
        query = self._query().where(is_visible(viewer, households.c.id, self._community, self._today))
        if courtyard is not None:
            query = query.where(stays.c.courtyard == courtyard)
        return Listing(self._session, query, households.c.id, newest_first=False, whole_rows=True)

    def row(self, household: str, viewer: Viewer | None = None) -> Row[Any]:
        """Return one household as a row of the list. Raises `NotFound`, also when `viewer` may not see it."""
        query = self._query().where(households.c.id == household)
        if viewer:
            query = query.where(is_visible(viewer, households.c.id, self._community, self._today))
        found = self._session.execute(query).one_or_none()
        if found is None:
            raise NotFound("没有这户")
        return found

    def _query(self) -> Select[Any]:
        return (
            select(
                households.c.id,
                households.c.code,
                stays.c.courtyard.label("courtyard_id"),
                courtyards.c.number.label("courtyard_number"),
                stays.c.since,
            )
            .select_from(households)
            .outerjoin(
                stays,
                and_(
                    stays.c.community == households.c.community,
                    stays.c.household == households.c.id,
                    holds_on(stays, self._today),
                ),
            )
            .outerjoin(
                courtyards,
                and_(courtyards.c.community == stays.c.community, courtyards.c.id == stays.c.courtyard),
            )
            .where(households.c.community == self._community)
        )
