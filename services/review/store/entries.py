"""Entries: what was approved for the months' lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, not_, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from messaging.sql.bulk import BulkTable
from messaging.sql.keys import among
from services.review.domain.entries import Entry, EntryState
from services.review.domain.publications import Publication
from services.review.store.tables import entries, reviews

_FINALIZED = BulkTable(entries, updates=("state", "finalized_at", "version"))


@dataclass(frozen=True, kw_only=True)
class Totals:
    """A number of entries, and the sum of their points."""

    entries: int
    points: int


class EntryRepository:
    """Loads and stores the entries of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def get(self, entry_id: str, *, for_update: bool = False) -> Entry:
        """Return an entry, locked and as it is now if asked for. Raises `NotFound`."""
        found = self._session.get(
            Entry, (self._community, entry_id), with_for_update=for_update or None, populate_existing=for_update
        )
        if found is None:
            raise NotFound("没有这个条目")
        return found

    def of_review(self, review: str) -> Entry | None:
        """Return the entry that the approval of a review made, locked, or None."""
        rows = select(Entry).where(entries.c.community == self._community, entries.c.review == review)
        return self._session.scalar(rows.with_for_update().execution_options(populate_existing=True))

    def of_ids(self, ids: Iterable[str]) -> dict[str, Entry]:
        """Return the entries of `ids` that exist, by id."""
        rows = select(Entry).where(among(entries.c.id, ids, self._community))
        return {entry.id: entry for entry in self._session.scalars(rows)}

    def approved_totals(self, period: str) -> Totals:
        """Return what the list of a month would hold if it were closed now."""
        approved = (entries.c.period == period, entries.c.state == EntryState.APPROVED)
        return self._totals(entries.c.points, *approved)

    def count_unnamed(self, period: str) -> int:
        """Return how many entries for the list of a month are about deeds whose person no list names (R14)."""
        unnamed = (entries.c.period == period, entries.c.state == EntryState.APPROVED, not_(entries.c.public))
        return self._totals(entries.c.points, *unnamed).entries

    def approved_alone(self, period: str, person: str) -> bool:
        """Return whether an entry for the list of a month was approved by this person and by nobody else."""
        alone = exists().where(
            entries.c.community == self._community,
            entries.c.period == period,
            entries.c.state == EntryState.APPROVED,
            entries.c.approved_by == person,
            reviews.c.community == entries.c.community,
            reviews.c.id == entries.c.review,
            func.cardinality(reviews.c.approved_by) == 1,
        )
        return bool(self._session.scalar(select(alone)))

    def of_one_hand(self, period: str) -> bool:
        """Return whether an entry for the list of a month was approved by one person, and nobody else had a part in it.

        `Review.decide` lets none arise; stores of earlier releases may have some.
        """
        rows = select(entries.c.id).where(
            entries.c.community == self._community,
            entries.c.period == period,
            entries.c.state == EntryState.APPROVED,
            reviews.c.community == entries.c.community,
            reviews.c.id == entries.c.review,
            func.cardinality(reviews.c.approved_by) == 1,
            reviews.c.endorsed_by.is_(None),
            reviews.c.recorded_by.contained_by(reviews.c.interested),
        )
        return self._session.scalar(rows.limit(1)) is not None

    def final_totals(self, publication: Publication) -> Totals:
        """Return what of a list is final, with corrections."""
        final = (entries.c.publication == publication.id, entries.c.state == EntryState.FINAL)
        return self._totals(entries.c.points + entries.c.corrected, *final)

    def _totals(self, points: ColumnElement[int], *conditions: ColumnElement[bool]) -> Totals:
        rows = select(func.count(), func.coalesce(func.sum(points), 0))
        number, total = self._session.execute(rows.where(entries.c.community == self._community, *conditions)).one()
        return Totals(entries=number, points=total)

    def lock_to_settle(self, publication: Publication, limit: int) -> list[Entry]:
        """Return up to `limit` entries that are not frozen, locked. Only `save_final` stores their changes."""
        ready = select(Entry).where(
            entries.c.community == self._community,
            entries.c.publication == publication.id,
            entries.c.state == EntryState.PUBLISHED,
        )
        found = list(self._session.scalars(ready.order_by(entries.c.id).limit(limit).with_for_update()))
        for entry in found:
            self._session.expunge(entry)
        return found

    def save_final(self, finalized: Iterable[Entry]) -> None:
        """Store that these entries are final, with one statement."""
        _FINALIZED.update(self._session, finalized)
