"""Figures of the months: how much is approved, frozen, final and corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, select, union_all
from sqlalchemy.orm import Session

from services.review.domain.entries import EntryState
from services.review.domain.publications import Publication
from services.review.store.tables import corrections, entries, publications


@dataclass(frozen=True, kw_only=True)
class PeriodFigures:
    """What is on the list of a month, and how much of it is final."""

    period: str
    publication: Publication | None
    entries: int
    points: int
    frozen: int
    """Entries under objection."""
    final_entries: int
    final_points: int
    """Sum of final points with corrections: what the ledger credits for the month."""
    corrections: int


class PeriodRepository:
    """Computes the figures of the months of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def list(self, limit: int, before: str | None) -> Sequence[PeriodFigures]:
        """Return months with entries or a publication, newest first."""
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
        """Return the figures of one month, zero when it has no entries."""
        publication = self._session.scalar(
            select(Publication).where(publications.c.community == self._community, publications.c.period == period)
        )
        if publication and publication.state in ("published", "settled"):
            figures = self._figures_of_list(publication)
        else:
            figures = self._counted(period)
        return PeriodFigures(period=period, publication=publication, **figures)

    def lines_of_people(self, period: str) -> Sequence[Row[str, str, int]]:
        """Return person, courtyard and number of a month's entries whose person lists may name."""
        counted = select(entries.c.person, entries.c.courtyard, func.count()).where(
            entries.c.community == self._community, entries.c.period == period, entries.c.public
        )
        return self._session.execute(counted.group_by(entries.c.person, entries.c.courtyard)).all()

    def _counted(self, period: str) -> dict[str, int]:
        """Count the entries of a month that is open, publishing or settling."""
        final = entries.c.state == EntryState.FINAL
        counted = select(
            func.count().label("entries"),
            func.coalesce(func.sum(entries.c.points), 0).label("points"),
            func.count().filter(entries.c.state == EntryState.FROZEN).label("frozen"),
            func.count().filter(final).label("final_entries"),
            func.coalesce(func.sum(entries.c.points + entries.c.corrected).filter(final), 0).label("final_points"),
        ).where(entries.c.community == self._community, entries.c.period == period)
        corrected = self._corrected(period)
        return dict(self._session.execute(counted).one()._mapping) | {"corrections": corrected.number}

    def _figures_of_list(self, publication: Publication) -> dict[str, int]:
        """Return the stored totals, and count only frozen and corrected entries: old months cost no full scan."""
        frozen = self._session.execute(
            select(func.count().label("number"), func.coalesce(func.sum(entries.c.points), 0).label("points")).where(
                entries.c.community == self._community,
                entries.c.period == publication.period,
                entries.c.state == EntryState.FROZEN,
            )
        ).one()
        corrected = self._corrected(publication.period)
        settled = publication.settled_at is not None
        return {
            "entries": publication.entries,
            "points": publication.points,
            "frozen": frozen.number,
            "final_entries": publication.entries - frozen.number if settled else 0,
            "final_points": publication.points - frozen.points + corrected.final_points if settled else 0,
            "corrections": corrected.number,
        }

    def _corrected(self, period: str) -> Row[tuple[int, int]]:
        """Return the number of corrections to a month's entries, and the sum of those to final entries."""
        on_the_list = (entries.c.community == corrections.c.community) & (entries.c.id == corrections.c.entry)
        final = entries.c.state == EntryState.FINAL
        return self._session.execute(
            select(
                func.count().label("number"),
                func.coalesce(func.sum(corrections.c.points).filter(final), 0).label("final_points"),
            )
            .select_from(corrections.join(entries, on_the_list))
            .where(corrections.c.community == self._community, entries.c.period == period)
        ).one()
