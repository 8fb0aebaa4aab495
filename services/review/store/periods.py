"""How far each month is, in figures."""

from dataclasses import dataclass

from sqlalchemy import Row, func, select, union_all
from sqlalchemy.orm import Session

from services.review.domain.entries import EntryState
from services.review.domain.publications import Publication
from services.review.store.tables import corrections, entries, publications


@dataclass(frozen=True, kw_only=True)
class PeriodFigures:
    """A month: what is on its list, and how much of it has become final."""

    period: str
    publication: Publication | None
    entries: int
    points: int
    frozen: int
    """Entries under objection."""
    final_entries: int
    final_points: int
    """What the ledger was told to credit for this period: Σ final points with their corrections."""
    corrections: int


class Periods:
    """The months of one community that have anything on their list."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def page(self, limit: int, before: str | None) -> list[PeriodFigures]:
        """Newest first; `before` is the last period of the page before."""
        known = union_all(
            select(publications.c.period).where(publications.c.community == self._community),
            select(entries.c.period).where(
                entries.c.community == self._community, entries.c.state == EntryState.APPROVED
            ),
        ).subquery()
        rows = select(known.c.period).distinct()
        if before:
            rows = rows.where(known.c.period < before)
        periods = self._session.scalars(rows.order_by(known.c.period.desc()).limit(limit))
        return [self.get(period) for period in periods]

    def get(self, period: str) -> PeriodFigures:
        """The figures of one month, zero when nothing is on its list."""
        counted = self._counted(period)
        return PeriodFigures(
            period=period,
            publication=self._session.scalar(
                select(Publication).where(publications.c.community == self._community, publications.c.period == period)
            ),
            entries=counted.entries,
            points=counted.points,
            frozen=counted.frozen,
            final_entries=counted.final_entries,
            final_points=counted.final_points,
            corrections=self._corrections(period),
        )

    def _counted(self, period: str) -> Row:
        """One pass over the month's entries. A late-approved entry of a published month is on a later list."""
        final = entries.c.state == EntryState.FINAL
        return self._session.execute(
            select(
                func.count().label("entries"),
                func.coalesce(func.sum(entries.c.points), 0).label("points"),
                func.count().filter(entries.c.state == EntryState.FROZEN).label("frozen"),
                func.count().filter(final).label("final_entries"),
                func.coalesce(func.sum(entries.c.points + entries.c.corrected).filter(final), 0).label("final_points"),
            ).where(entries.c.community == self._community, entries.c.period == period)
        ).one()

    def _corrections(self, period: str) -> int:
        on_the_list = (entries.c.community == corrections.c.community) & (entries.c.id == corrections.c.entry)
        return (
            self._session.scalar(
                select(func.count())
                .select_from(corrections.join(entries, on_the_list))
                .where(corrections.c.community == self._community, entries.c.period == period)
            )
            or 0
        )
