"""Rounds and their scores."""

from sqlalchemy import desc, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts import errors
from services.inspection.domain import Inspection, Score
from services.inspection.store.tables import inspections, scores


class Inspections:
    """The months' rounds."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, inspection: Inspection) -> None:
        """`AlreadyExists` when the month has its round."""
        try:
            with self._session.begin_nested():
                self._session.add(inspection)
        except IntegrityError as taken:
            raise errors.AlreadyExists(f"{inspection.period} 的卫生检查已经开始") from taken

    def get(self, community: str, inspection: str, for_update: bool = False) -> Inspection:
        """`NotFound` when there is no such round in this community."""
        found = self._session.get(Inspection, (community, inspection), with_for_update=for_update)
        if found is None:
            raise errors.NotFound("没有这次卫生检查")
        return found

    def published(self, inspection: str) -> Inspection:
        """A closed round, by its id alone: rankings are public (R15)."""
        closed = select(Inspection).where(inspections.c.id == inspection, inspections.c.state == "closed")
        found = self._session.scalar(closed)
        if found is None:
            raise errors.NotFound("没有这次卫生检查，或尚未结束")
        return found

    def page(self, community: str, limit: int | None, before: str | None, closed: bool = False) -> list[Inspection]:
        """Newest month first, from the one before the month `before`; if asked, closed ones only."""
        rows = select(Inspection).where(inspections.c.community == community)
        if before:
            rows = rows.where(inspections.c.period < before)
        if closed:
            rows = rows.where(inspections.c.state == "closed")
        return list(self._session.scalars(rows.order_by(desc(inspections.c.period)).limit(limit)))

    def scores(self, inspection: Inspection) -> dict[str, Score]:
        """What was recorded so far, by courtyard."""
        rows = select(Score).where(scores.c.community == inspection.community, scores.c.inspection == inspection.id)
        return {score.courtyard: score for score in self._session.scalars(rows)}

    def record(self, inspection: Inspection, score: Score) -> Score:
        """Keep `score` if the round, whose row the caller has locked, admits it; what stands then."""
        standing = self._session.get(Score, (score.community, score.inspection, score.courtyard))
        if inspection.admits(standing, score):
            return self._session.merge(score)
        assert standing
        return standing
