"""Rectification orders and re-inspections."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import errors
from services.inspection.domain import Rectification, Reinspection
from services.inspection.store.tables import rectifications, reinspections


class RectificationRepository:
    """Loads and stores a community's rectification orders and re-inspections: at most one of each per courtyard of a
    round.
    """

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def find(self, inspection: str, courtyard: str) -> Rectification | None:
        """Return the order, locked, or None."""
        return self._session.get(Rectification, (self._community, inspection, courtyard), with_for_update=True)

    def get(self, inspection: str, courtyard: str) -> Rectification:
        """Return the order, locked. Raises `NotFound`."""
        found = self.find(inspection, courtyard)
        if found is None:
            raise errors.NotFound("该院落没有整改要求")
        return found

    def add(self, order: Rectification) -> None:
        """Store a new order; the caller has locked the round's row, so nobody else adds one."""
        self._session.add(order)

    def reinspection_of(self, order: Rectification) -> Reinspection | None:
        """Return the re-inspection in force."""
        return self._session.get(Reinspection, (order.community, order.inspection, order.courtyard))

    def put_reinspection(self, reinspection: Reinspection) -> None:
        """Store `reinspection` in place of the one before."""
        self._session.merge(reinspection)

    def of_rounds(self, rounds: Iterable[str]) -> dict[tuple[str, str], Rectification]:
        """Return the orders of these rounds, by round and courtyard."""
        rows = select(Rectification).where(
            rectifications.c.community == self._community, rectifications.c.inspection.in_(list(rounds))
        )
        return {(order.inspection, order.courtyard): order for order in self._session.scalars(rows)}

    def reinspections_of_rounds(self, rounds: Iterable[str]) -> dict[tuple[str, str], Reinspection]:
        """Return the re-inspections of these rounds, by round and courtyard."""
        rows = select(Reinspection).where(
            reinspections.c.community == self._community, reinspections.c.inspection.in_(list(rounds))
        )
        return {(found.inspection, found.courtyard): found for found in self._session.scalars(rows)}
