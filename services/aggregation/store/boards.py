"""Boards: ranks by points over some months, ties sharing a rank (R22, R23)."""

from typing import Any

from sqlalchemy import BigInteger, Subquery, cast, func, select
from sqlalchemy.orm import Session

from services.aggregation.domain import Span, SubjectKind
from services.aggregation.store.tables import tallies

Row = dict[str, Any]


class BoardRepository:
    """Sums the tallies of one community; spending never enters them."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def newest_month(self, kind: SubjectKind, until: str) -> str | None:
        """Return the last month up to `until` in which anybody has points, or None."""
        known = select(func.max(tallies.c.period)).where(
            tallies.c.community == self._community, tallies.c.subject_kind == kind, tallies.c.period <= until
        )
        newest: str | None = self._session.scalar(known)
        return newest

    def page(
        self,
        kind: SubjectKind,
        span: Span,
        category: str | None,
        limit: int,
        after: int,
    ) -> list[Row]:
        """Return rows of `position`, `rank`, `subject`, `points` after a position, best first.

        Equals stand in the order of a hash: the ids of neighbours, registered together, follow each other.
        """
        places = _places(self._community, kind, span, category)
        order = (places.c.points.desc(), func.md5(places.c.subject), places.c.subject)
        numbered = select(places, func.row_number().over(order_by=order).label("position")).subquery()
        page = select(numbered).where(numbered.c.position > after).order_by(numbered.c.position).limit(limit)
        return [dict(row) for row in self._session.execute(page).mappings()]

    def place(self, kind: SubjectKind, span: Span, category: str | None, subject: str) -> Row:
        """Return one subject's row of the board; without points its `rank` is None."""
        places = _places(self._community, kind, span, category)
        found = self._session.execute(select(places).where(places.c.subject == subject)).mappings().one_or_none()
        return dict(found) if found else {"subject": subject, "rank": None, "points": 0}


def _places(community: str, kind: SubjectKind, span: Span, category: str | None) -> Subquery:
    points = cast(func.sum(tallies.c.points), BigInteger)
    counted = select(
        tallies.c.subject, points.label("points"), func.rank().over(order_by=points.desc()).label("rank")
    ).where(
        tallies.c.community == community,
        tallies.c.subject_kind == kind,
        tallies.c.period.between(span.first, span.last),
    )
    if category:
        counted = counted.where(tallies.c.category == category)
    return counted.group_by(tallies.c.subject).subquery()
