"""Grids and courtyards of one community."""

from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from contracts.errors import AlreadyExists, NotFound
from messaging.sql.listing import Listing
from services.registry.domain.places import Courtyard, Grid, Stay
from services.registry.store.tables import courtyards, grids, stays


class CourtyardRepository:
    """Loads and stores grids and courtyards of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def get(self, courtyard: str) -> Courtyard:
        """Return a courtyard. Raises `NotFound`."""
        found = self._session.get(Courtyard, (self._community, courtyard))
        if found is None:
            raise NotFound("没有这个院落")
        return found

    def add(self, courtyard: Courtyard) -> None:
        """Store a new courtyard. Raises `AlreadyExists` when its number is taken."""
        same_number = courtyards.c.number == courtyard.number
        if self._session.scalar(select(exists().where(courtyards.c.community == self._community, same_number))):
            raise AlreadyExists(f"已有 {courtyard.number} 号院")
        self._session.add(courtyard)
        self._session.flush()

    def get_or_create_grid(self, name_or_id: str) -> Grid:
        """Return the grid with that id or name; create it when the name is new. Raises `NotFound` for an unknown id."""
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

    def has_grid(self, grid: str) -> bool:
        """Return whether there is a grid of that id."""
        return self._session.get(Grid, (self._community, grid)) is not None

    def grid_of(self, courtyard: str | None) -> str | None:
        """Return the grid of a courtyard; None for no courtyard. Raises `NotFound`."""
        return self.get(courtyard).grid if courtyard else None

    def stays_in(self, courtyard: str) -> list[Stay]:
        """Return all stays of households in a courtyard, past and future ones too."""
        query = select(Stay).where(stays.c.community == self._community, stays.c.courtyard == courtyard)
        return [*self._session.scalars(query)]

    # Rows of lists

    def rows(self, grid: str | None = None, dissolved: bool = False) -> Listing[Row[Any]]:
        """Return courtyards by number: those that exist, or those that were dissolved."""
        is_dissolved = courtyards.c.dissolved_on.is_not(None)
        query = self._query().where(is_dissolved if dissolved else ~is_dissolved)
        if grid is not None:
            query = query.where(courtyards.c.grid == grid)
        return Listing(self._session, query, courtyards.c.number, newest_first=False, whole_rows=True)

    def row(self, courtyard: str) -> Row[Any]:
        """Return one courtyard as a row of the list. Raises `NotFound`."""
        found = self._session.execute(self._query().where(courtyards.c.id == courtyard)).one_or_none()
        if found is None:
            raise NotFound("没有这个院落")
        return found

    def _query(self) -> Select[Any]:
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
