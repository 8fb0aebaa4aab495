"""Courtyards and households of one community, as it stands on a day."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from services.registry.domain.places import Courtyard, Grid, Household, Stay
from services.registry.domain.standing import Standing
from services.registry.store.tables import courtyards, grids, households, memberships, stays


class Places:
    """What is asked of grids, courtyards and households; other communities' are unknown here (R1)."""

    def __init__(self, session: Session, community: str, today: date) -> None:
        self._session = session
        self._community = community
        self._today = today

    def grid(self, name_or_id: str) -> Grid:
        """The grid of that id or name; one that is mentioned by name for the first time is made."""
        known = self._session.scalar(
            select(Grid).where(
                grids.c.community == self._community, or_(grids.c.id == name_or_id, grids.c.name == name_or_id)
            )
        )
        if known is None and name_or_id.startswith("grd_"):
            raise NotFound("没有这个网格")
        if known is None:
            known = Grid(community=self._community, name=name_or_id)
            self._session.add(known)
            self._session.flush()
        return known

    def knows_grid(self, grid: str) -> bool:
        return self._session.get(Grid, (self._community, grid)) is not None

    def courtyard(self, courtyard: str) -> Courtyard:
        """`NotFound` when this community has none of that id."""
        found = self._session.get(Courtyard, (self._community, courtyard))
        if found is None:
            raise NotFound("没有这个院落")
        return found

    def grid_of(self, courtyard: str | None) -> str | None:
        """The grid that courtyard is in; none for nowhere."""
        return self.courtyard(courtyard).grid if courtyard else None

    def stays_in(self, courtyard: str) -> list[Stay]:
        """Every household's time in that courtyard, past and to come."""
        lived = select(Stay).where(stays.c.community == self._community, stays.c.courtyard == courtyard)
        return list(self._session.scalars(lived))

    def household(self, household: str) -> Household:
        """`NotFound` when this community has none of that id."""
        found = self._session.get(Household, (self._community, household))
        if found is None:
            raise NotFound("没有这户")
        return found

    def add_courtyard(self, courtyard: Courtyard) -> None:
        """`AlreadyExists` when its number is taken."""
        if self._taken(courtyards, courtyards.c.number == courtyard.number):
            raise AlreadyExists(f"已有 {courtyard.number} 号院")
        self._session.add(courtyard)
        self._session.flush()

    def add_household(self, household: Household) -> None:
        """`AlreadyExists` when its code is taken."""
        if self._taken(households, households.c.code == household.code):
            raise AlreadyExists(f"户号 {household.code} 已存在")
        self._session.add(household)
        self._session.flush()

    def keep(self, household: Household) -> None:
        """Keep a household that may be new."""
        self._session.add(household)

    def next_code(self, courtyard: Courtyard) -> str:
        """The code of the next household to be registered in that courtyard; no code is ever given twice."""
        first = courtyard.code(1).removesuffix("1")
        codes = self._session.scalars(
            select(households.c.code).where(
                households.c.community == self._community, households.c.code.startswith(first, autoescape=True)
            )
        )
        ordinals = [int(code.removeprefix(first)) for code in codes if code.removeprefix(first).isdecimal()]
        return courtyard.code(max(ordinals, default=0) + 1)

    def _taken(self, table: Any, condition: ColumnElement[bool]) -> bool:
        return bool(self._session.scalar(select(exists().where(table.c.community == self._community, condition))))

    # Lists

    def courtyards(
        self, limit: int, after: int | None = None, grid: str | None = None, dissolved: bool = False
    ) -> list[Row[Any]]:
        """Courtyards by number, those that stand or those that were dissolved; all of the community may see them."""
        gone = courtyards.c.dissolved_on.is_not(None)
        asked = self._courtyards().where(gone if dissolved else ~gone)
        if after is not None:
            asked = asked.where(courtyards.c.number > after)
        if grid is not None:
            asked = asked.where(courtyards.c.grid == grid)
        return list(self._session.execute(asked.order_by(courtyards.c.number).limit(limit)))

    def courtyard_row(self, courtyard: str) -> Row[Any]:
        """One courtyard as a list shows it; `NotFound`."""
        found = self._session.execute(self._courtyards().where(courtyards.c.id == courtyard)).one_or_none()
        if found is None:
            raise NotFound("没有这个院落")
        return found

    def households(
        self, standing: Standing, limit: int, after: str | None = None, courtyard: str | None = None
    ) -> list[Row[Any]]:
        """Households that `standing` may see, oldest first; `courtyard`: those that live there today."""
        asked = self._households().where(visible(standing, households.c.id, self._today))
        if after is not None:
            asked = asked.where(households.c.id > after)
        if courtyard is not None:
            asked = asked.where(stays.c.courtyard == courtyard)
        return list(self._session.execute(asked.order_by(households.c.id).limit(limit)))

    def household_row(self, household: str, standing: Standing | None = None) -> Row[Any]:
        """One household as a list shows it; `NotFound` also when `standing` may not see it."""
        asked = self._households().where(households.c.id == household)
        if standing:
            asked = asked.where(visible(standing, households.c.id, self._today))
        found = self._session.execute(asked).one_or_none()
        if found is None:
            raise NotFound("没有这户")
        return found

    def _courtyards(self) -> Select[Any]:
        return (
            select(
                courtyards.c.id,
                courtyards.c.number,
                courtyards.c.row,
                courtyards.c.name,
                courtyards.c.grid.label("grid_id"),
                grids.c.name.label("grid_name"),
                courtyards.c.dissolved_on,
            )
            .join(grids, and_(grids.c.community == courtyards.c.community, grids.c.id == courtyards.c.grid))
            .where(courtyards.c.community == self._community)
        )

    def _households(self) -> Select[Any]:
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
                    on(stays, self._today),
                ),
            )
            .outerjoin(
                courtyards,
                and_(courtyards.c.community == stays.c.community, courtyards.c.id == stays.c.courtyard),
            )
            .where(households.c.community == self._community)
        )


def on(spans: Any, day: date) -> ColumnElement[bool]:
    """That a row of `spans` (a table with `since` and `until`) holds on that day."""
    return and_(spans.c.since <= day, or_(spans.c.until.is_(None), spans.c.until > day))


def visible(standing: Standing, household: ColumnElement[str], day: date) -> ColumnElement[bool]:
    """That a household is the business of whoever asks: his own, his courtyard's, his grid's, or everybody's."""
    if standing.sees_all:
        return true()
    theirs = (
        select(stays.c.household)
        .join(courtyards, and_(courtyards.c.community == stays.c.community, courtyards.c.id == stays.c.courtyard))
        .where(
            stays.c.community == standing.community,
            on(stays, day),
            or_(
                courtyards.c.grid.in_(standing.scopes("grid_officer")),
                courtyards.c.id.in_(standing.scopes("head")),
            ),
        )
    )
    his = household == standing.household if standing.household else false()
    return or_(his, household.in_(theirs))


def members(community: str, household: str, day: date) -> Select[tuple[str]]:
    """The people who belong to a household on that day."""
    return select(memberships.c.person).where(
        memberships.c.community == community, memberships.c.household == household, on(memberships, day)
    )
