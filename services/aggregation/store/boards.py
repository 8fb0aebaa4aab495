"""Reading the boards: places by points over some months, ties sharing one (R22, R23)."""

from typing import Any

from sqlalchemy import BigInteger, Subquery, cast, func, or_, select
from sqlalchemy.orm import Session

from services.aggregation.domain import Span, SubjectKind
from services.aggregation.store.tables import tallies

Row = dict[str, Any]


class Boards:
    """Sums of tallies; what is spent never enters them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest_month(self, community: str, kind: SubjectKind, until: str) -> str | None:
        """The last month up to `until` that anybody has points of; none before the first."""
        known = select(func.max(tallies.c.period)).where(
            tallies.c.community == community, tallies.c.subject_kind == kind, tallies.c.period <= until
        )
        return self._session.scalar(known)

    def page(
        self,
        community: str,
        kind: SubjectKind,
        span: Span,
        category: str | None,
        limit: int,
        after: tuple[int, str] | None,
    ) -> list[Row]:
        """`rank`, `subject`, `points`, best first and equals by id; `after` is the last (points, subject) seen."""
        places = _places(community, kind, span, category)
        page = select(places).order_by(places.c.points.desc(), places.c.subject).limit(limit)
        if after:
            seen, subject = after
            page = page.where(or_(places.c.points < seen, (places.c.points == seen) & (places.c.subject > subject)))
        return [dict(row) for row in self._session.execute(page).mappings()]

    def place(self, community: str, kind: SubjectKind, span: Span, category: str | None, subject: str) -> Row:
        """One subject's row of the board; without points it has no `rank`."""
        places = _places(community, kind, span, category)
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
