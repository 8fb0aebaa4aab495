"""Publications: the months' lists, from closing to settlement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, Integer, cast, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from contracts.errors import NotFound, PeriodNotPublished
from directory.tables import courtyards
from messaging.sql.keys import among
from services.review.domain.entries import Entry, EntryState
from services.review.domain.publications import Publication
from services.review.store.tables import entries, publications, published_entries

_COPIED = [
    column.name for column in published_entries.columns if column.name not in ("publication", "position", "entry")
]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a published list, with its entry as it is today."""

    position: int
    courtyard_number: int | None
    entry: Entry


class PublicationRepository:
    """Loads and stores the publications of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    # Closing

    def lock_for_decisions(self) -> None:
        """Lock against the closing of a month until the transaction ends. Other decisions are not blocked."""
        self._lock("pg_advisory_xact_lock_shared")

    def lock_for_closing(self) -> None:
        """Lock against decisions and the closing of a month until the transaction ends."""
        self._lock("pg_advisory_xact_lock")

    def _lock(self, function: str) -> None:
        self._session.execute(
            text(f"SELECT {function}(hashtextextended('lists of ' || :community, 0))"), {"community": self._community}
        )

    def closed_periods(self) -> frozenset[str]:
        """Return the months that have a publication."""
        periods = select(publications.c.period).where(publications.c.community == self._community)
        return frozenset(self._session.scalars(periods))

    def oldest_to_close(self, latest: str) -> str | None:
        """Return the oldest month up to `latest` that has approved entries and no publication."""
        closed = select(publications.c.period).where(publications.c.community == self._community)
        oldest = select(func.min(entries.c.period)).where(
            entries.c.community == self._community,
            entries.c.state == EntryState.APPROVED,
            entries.c.period <= latest,
            entries.c.period.not_in(closed),
        )
        found: str | None = self._session.scalar(oldest)
        return found

    def add(self, publication: Publication) -> None:
        """Store a new publication: from now on, approvals go on the list of another month."""
        self._session.add(publication)
        self._session.flush()

    def write_lines(self, publication: Publication, limit: int) -> int:
        """Copy up to `limit` more approved entries to the list, in an order that reveals nothing about people (R14).

        Return how many. The order is that of a hash, so that lines that show no courtyard do not stand between those
        of one, nor a person's lines beside each other. Nested loops are off: of a community that PostgreSQL has not
        analyzed yet, the planner expects one row and would scan the entries once per line.
        """
        of_the_month = (entries.c.community == self._community, entries.c.period == publication.period)
        following = (
            select(entries.c.id)
            .where(*of_the_month, entries.c.state == EntryState.APPROVED)
            .order_by(func.md5(entries.c.id))
            .limit(limit)
            .cte("following")
        )
        listed = (
            update(entries)
            .where(*of_the_month, entries.c.id == following.c.id)
            .values(state=EntryState.PUBLISHED, publication=publication.id, version=entries.c.version + 1)
            .returning(*(entries.c[name] for name in _COPIED), entries.c.id)
            .cte("listed")
        )
        number = func.row_number().over(order_by=func.md5(listed.c.id))
        copied = select(
            *(listed.c[name] for name in _COPIED),
            listed.c.id,
            literal(publication.id),
            cast(number + publication.listed, Integer),
        )
        lines = insert(published_entries).from_select([*_COPIED, "entry", "publication", "position"], copied)
        self._session.execute(text("SET LOCAL enable_nestloop = off"))
        result = self._session.execute(lines)
        self._session.execute(text("SET LOCAL enable_nestloop = on"))
        assert isinstance(result, CursorResult)
        return result.rowcount

    # Settlement and objections

    def lock_closed(self, period: str) -> Publication:
        """Return the publication of a closed month, locked. Raises `PeriodNotPublished`."""
        found = self._locked(publications.c.period == period)
        if found is None:
            raise PeriodNotPublished()
        return found

    def lock_against_settlement(self, entry: Entry) -> Publication:
        """Return the public list of an entry, which does not settle until the transaction ends. Raises `NotFound`."""
        found = self._locked(publications.c.id == entry.publication, read=True)
        if found is None or found.published_at is None:
            raise NotFound("没有这个条目")
        return found

    def _locked(self, condition: ColumnElement[bool], *, read: bool = False) -> Publication | None:
        return self._session.scalar(
            select(Publication)
            .where(publications.c.community == self._community, condition)
            .with_for_update(read=read)
            .execution_options(populate_existing=True)
        )

    def periods_to_settle(self, now: datetime) -> list[str]:
        """Return the months whose window for objections has closed and whose settlement has not begun, oldest first."""
        closed = select(publications.c.period).where(
            publications.c.community == self._community,
            publications.c.settling_since.is_(None),
            publications.c.window_closes_at <= now,
        )
        return list(self._session.scalars(closed.order_by(publications.c.period)))

    # Public lists

    def get(self, publication_id: str) -> Publication:
        """Return a publication. Raises `NotFound` until it is public."""
        found = self._session.get(Publication, (self._community, publication_id))
        if found is None or found.published_at is None:
            raise NotFound("没有这份公示")
        return found

    def list(self, limit: int, before: str | None) -> Sequence[Publication]:
        """Return public lists, newest first."""
        rows = select(Publication).where(
            publications.c.community == self._community, publications.c.published_at.is_not(None)
        )
        if before:
            rows = rows.where(publications.c.id < before)
        return self._session.scalars(rows.order_by(publications.c.id.desc()).limit(limit)).all()

    def lines(self, publication: Publication, courtyard: str | None, limit: int, after: int) -> Sequence[Line]:
        """Return lines of the list after a position, or those of one courtyard."""
        conditions = [published_entries.c.position > after]
        if courtyard:
            conditions.append(published_entries.c.courtyard == courtyard)
        rows = (
            select(published_entries.c.position, courtyards.c.number, published_entries.c.entry)
            .join(
                courtyards,
                (courtyards.c.community == published_entries.c.community)
                & (courtyards.c.courtyard == published_entries.c.courtyard),
                isouter=True,
            )
            .where(
                published_entries.c.community == self._community,
                published_entries.c.publication == publication.id,
                *conditions,
            )
            .order_by(published_entries.c.position)
            .limit(limit)
        )
        listed = self._session.execute(rows).all()
        ids = [entry for _, _, entry in listed]
        found = select(Entry).where(among(entries.c.id, ids, self._community))
        by_id = {entry.id: entry for entry in self._session.scalars(found)}
        return [
            Line(position=position, courtyard_number=number, entry=by_id[entry]) for position, number, entry in listed
        ]
