"""The record of office decisions; rows are added and never changed."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from contracts.review import OfficeDecisionKind
from services.review.domain.office_decisions import OfficeDecision
from services.review.store.tables import office_decisions


class OfficeDecisionRepository:
    """Adds and reads the office decisions of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, decisions: Sequence[OfficeDecision]) -> None:
        """Store new decisions."""
        if decisions:
            self._session.execute(
                insert(office_decisions),
                [
                    {column.name: getattr(each, column.name) for column in office_decisions.columns}
                    for each in decisions
                ],
            )

    def list(self, kind: OfficeDecisionKind | None, limit: int, before: str | None) -> list[OfficeDecision]:
        """Return decisions, newest first."""
        rows = select(office_decisions).where(office_decisions.c.community == self._community)
        if kind:
            rows = rows.where(office_decisions.c.kind == kind)
        if before:
            rows = rows.where(office_decisions.c.id < before)
        found = self._session.execute(rows.order_by(office_decisions.c.id.desc()).limit(limit))
        return [OfficeDecision(**row) for row in found.mappings()]
