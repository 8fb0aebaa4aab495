"""Rounds and their scores."""

from sqlalchemy import desc, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts import errors
from services.inspection.domain import Inspection, Score
from services.inspection.store.tables import inspections, scores


class InspectionRepository:
    """Loads and stores the monthly rounds of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, inspection: Inspection) -> None:
        """Store a new round. Raises `AlreadyExists` when the month has one."""
        try:
            with self._session.begin_nested():
                self._session.add(inspection)
        except IntegrityError as taken:
            raise errors.AlreadyExists(f"{inspection.period} 的卫生检查已经开始") from taken

    def get(self, inspection: str, for_update: bool = False) -> Inspection:
        """Return a round, locked if asked for. Raises `NotFound`."""
        found = self._session.get(Inspection, (self._community, inspection), with_for_update=for_update)
        if found is None:
            raise errors.NotFound("没有这次卫生检查")
        return found

    def page(self, limit: int | None, before: str | None = None, closed: bool = False) -> list[Inspection]:
        """Return rounds of months before `before`, newest first; closed ones only if asked for."""
        rows = select(Inspection).where(inspections.c.community == self._community)
        if before:
            rows = rows.where(inspections.c.period < before)
        if closed:
            rows = rows.where(inspections.c.state == "closed")
        return list(self._session.scalars(rows.order_by(desc(inspections.c.period)).limit(limit)))

    def scores(self, inspection: Inspection) -> dict[str, Score]:
        """Return what was recorded so far, by courtyard."""
        rows = select(Score).where(scores.c.community == self._community, scores.c.inspection == inspection.id)
        return {score.courtyard: score for score in self._session.scalars(rows)}

    def put_score(self, inspection: Inspection, score: Score) -> Score:
        """Store `score` if the round, whose row the caller has locked, accepts it; return the one in force."""
        current = self._session.get(Score, (score.community, score.inspection, score.courtyard))
        if inspection.accepts(current, score):
            return self._session.merge(score)
        assert current
        return current


class PublicInspectionRepository:
    """Loads closed rounds by their id alone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, inspection: str) -> Inspection:
        """Return a closed round of any community. Raises `NotFound`."""
        closed = select(Inspection).where(inspections.c.id == inspection, inspections.c.state == "closed")
        found = self._session.scalar(closed)
        if found is None:
            raise errors.NotFound("没有这次卫生检查，或尚未结束")
        return found
