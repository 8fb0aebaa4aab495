"""What courtyards were told to put right, and what was found when they were looked at again."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import errors
from services.inspection.domain import Rectification, Reinspection
from services.inspection.store.tables import rectifications, reinspections


class Rectifications:
    """Orders and re-inspections; at most one of each for a courtyard of a round."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, community: str, inspection: str, courtyard: str) -> Rectification | None:
        """The order, locked; none if there is none."""
        key = (community, inspection, courtyard)
        return self._session.get(Rectification, key, with_for_update=True)

    def get(self, community: str, inspection: str, courtyard: str) -> Rectification:
        """The order, locked; `NotFound` if there is none."""
        found = self.find(community, inspection, courtyard)
        if found is None:
            raise errors.NotFound("该院落没有整改要求")
        return found

    def add(self, order: Rectification) -> None:
        """The caller has locked the round's row, so nobody else adds one."""
        self._session.add(order)

    def standing(self, order: Rectification) -> Reinspection | None:
        """What was found when it was looked at last."""
        return self._session.get(Reinspection, (order.community, order.inspection, order.courtyard))

    def keep(self, found: Reinspection) -> None:
        """`found` stands from now on."""
        self._session.merge(found)

    def of(self, community: str, rounds: Iterable[str]) -> dict[tuple[str, str], Rectification]:
        """The orders of these rounds, by round and courtyard."""
        rows = select(Rectification).where(
            rectifications.c.community == community, rectifications.c.inspection.in_(list(rounds))
        )
        return {(order.inspection, order.courtyard): order for order in self._session.scalars(rows)}

    def found_again(self, community: str, rounds: Iterable[str]) -> dict[tuple[str, str], Reinspection]:
        """What was found in these rounds' courtyards when they were looked at again."""
        rows = select(Reinspection).where(
            reinspections.c.community == community, reinspections.c.inspection.in_(list(rounds))
        )
        return {(found.inspection, found.courtyard): found for found in self._session.scalars(rows)}
