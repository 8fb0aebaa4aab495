"""The months' lists: what is approved for them, what was published, what was settled."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, cast, func, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contracts.errors import NotFound, PeriodNotPublished
from contracts.policy import Policy
from directory.tables import courtyards
from messaging.sql.bulk import BulkTable
from messaging.sql.keys import among
from services.review.domain.entries import Correction, Entry, EntryState
from services.review.domain.house import HouseRules
from services.review.domain.publications import Publication, Seal
from services.review.store.tables import corrections, entries, ledger_seals, publications, published_entries

_SETTLED = BulkTable(entries, updates=("state", "finalized_at", "version"))
_ITS_OWN = {"publication", "position", "entry"}
_COPIED = [column.name for column in published_entries.columns if column.name not in _ITS_OWN]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a published list with what its entry has become."""

    position: int
    courtyard_number: int | None
    entry: Entry


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many entries, and their points with corrections."""

    entries: int = 0
    points: int = 0


class Lists:
    """The periods, publications and entries of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    # Rules and locks

    def rules(self, policy: Policy, today: date) -> HouseRules:
        """The rules to decide by. Until the transaction ends no list is published."""
        self._lock("pg_advisory_xact_lock_shared")
        return self._rules(policy, today)

    def rules_to_publish(self, policy: Policy, today: date) -> HouseRules:
        """The rules to publish by. Until the transaction ends nothing is approved and nothing else published."""
        self._lock("pg_advisory_xact_lock")
        return self._rules(policy, today)

    def _lock(self, kind: str) -> None:
        self._session.execute(
            text(f"SELECT {kind}(hashtextextended('lists of ' || :community, 0))"), {"community": self._community}
        )

    def _rules(self, policy: Policy, today: date) -> HouseRules:
        periods = select(publications.c.period).where(publications.c.community == self._community)
        return HouseRules(policy=policy, published=frozenset(self._session.scalars(periods)), today=today)

    # Publishing and settling

    def approved_for(self, period: str) -> Tally:
        """What would be published now."""
        counted = select(func.count(), func.coalesce(func.sum(entries.c.points), 0)).where(
            entries.c.community == self._community,
            entries.c.period == period,
            entries.c.state == EntryState.APPROVED,
        )
        number, points = self._session.execute(counted).one()
        return Tally(entries=number, points=points)

    def close(self, publication: Publication) -> None:
        """From here on what is approved goes on another list."""
        self._session.add(publication)
        self._session.flush()

    def list_more(self, publication: Publication, limit: int) -> int:
        """Copy up to `limit` more of its entries to the list that never changes, by courtyard, person and day.

        How many they were. Joined by hash, whatever the server believes of a community it has not analyzed yet: taken
        for an empty one, it would be gone through once for each line.
        """
        its_courtyard = (courtyards.c.community == entries.c.community) & (
            courtyards.c.courtyard == entries.c.courtyard
        )
        of_the_month = (entries.c.community == self._community, entries.c.period == publication.period)
        following = (
            select(entries.c.id, courtyards.c.number)
            .join_from(entries, courtyards, its_courtyard, isouter=True)
            .where(*of_the_month, entries.c.state == EntryState.APPROVED)
            .order_by(courtyards.c.number, entries.c.person, entries.c.day, entries.c.id)
            .limit(limit)
            .cte("following")
        )
        listed = (
            update(entries)
            .where(*of_the_month, entries.c.id == following.c.id)
            .values(state=EntryState.PUBLISHED, publication=publication.id, version=entries.c.version + 1)
            .returning(*(entries.c[name] for name in _COPIED), entries.c.id, following.c.number)
            .cte("listed")
        )
        place = func.row_number().over(order_by=(listed.c.number, listed.c.person, listed.c.day, listed.c.id))
        snapshot = select(
            *(listed.c[name] for name in _COPIED),
            listed.c.id,
            literal(publication.id),
            cast(place + publication.listed, Integer),
        )
        lines = insert(published_entries).from_select([*_COPIED, "entry", "publication", "position"], snapshot)
        self._session.execute(text("SET LOCAL enable_nestloop = off"))
        added = self._session.execute(lines).rowcount  # type: ignore[attr-defined]
        self._session.execute(text("SET LOCAL enable_nestloop = on"))
        return int(added)

    def of_period(self, period: str) -> Publication:
        """The list of a month that was closed, locked; `PeriodNotPublished`."""
        found = self._held(publications.c.period == period)
        if found is None:
            raise PeriodNotPublished()
        return found

    def publication_of(self, entry: Entry) -> Publication:
        """The public list the entry is on, held against settlement until the transaction ends; `NotFound`."""
        found = self._held(publications.c.id == entry.publication, read=True)
        if found is None or found.published_at is None:
            raise NotFound("没有这个条目")
        return found

    def _held(self, wanted: ColumnElement[bool], **lock: bool) -> Publication | None:
        return self._session.scalar(
            select(Publication)
            .where(publications.c.community == self._community, wanted)
            .with_for_update(**lock)
            .execution_options(populate_existing=True)
        )

    def to_publish(self, latest: str) -> str | None:
        """The oldest month up to `latest` that has something approved for its list and is not closed."""
        closed = select(publications.c.period).where(publications.c.community == self._community)
        waiting = select(func.min(entries.c.period)).where(
            entries.c.community == self._community,
            entries.c.state == EntryState.APPROVED,
            entries.c.period <= latest,
            entries.c.period.not_in(closed),
        )
        return self._session.scalar(waiting)

    def to_settle(self, publication: Publication, limit: int) -> list[Entry]:
        """Up to `limit` of its entries that nobody objects to, locked; `finalized` keeps what becomes of them."""
        ready = select(Entry).where(
            entries.c.community == self._community,
            entries.c.publication == publication.id,
            entries.c.state == EntryState.PUBLISHED,
        )
        found = list(self._session.scalars(ready.order_by(entries.c.id).limit(limit).with_for_update()))
        for entry in found:
            self._session.expunge(entry)
        return found

    def finalized(self, settled: Iterable[Entry]) -> None:
        """Keep that these entries are final."""
        _SETTLED.update(self._session, settled)

    def final_on(self, publication: Publication) -> Tally:
        """What of its list is final by now, with corrections."""
        counted = select(func.count(), func.coalesce(func.sum(entries.c.points + entries.c.corrected), 0)).where(
            entries.c.community == self._community,
            entries.c.publication == publication.id,
            entries.c.state == EntryState.FINAL,
        )
        number, points = self._session.execute(counted).one()
        return Tally(entries=number, points=points)

    def window_closed(self, now: datetime) -> list[str]:
        """The periods whose window has closed and which nobody has begun to settle, the oldest first."""
        closed = select(publications.c.period).where(
            publications.c.community == self._community,
            publications.c.settling_since.is_(None),
            publications.c.window_closes_at <= now,
        )
        return list(self._session.scalars(closed.order_by(publications.c.period)))

    # Entries and their corrections

    def entry(self, entry_id: str, *, lock: bool = False) -> Entry:
        """`NotFound` when there is none in this community."""
        found = self._session.get(
            Entry, (self._community, entry_id), with_for_update=lock or None, populate_existing=lock
        )
        if found is None:
            raise NotFound("没有这个条目")
        return found

    def add(self, correction: Correction) -> None:
        self._session.add(correction)

    def corrections_of(self, ids: Iterable[str]) -> dict[str, list[Correction]]:
        """Entry id → its corrections, in order."""
        self._session.flush()
        made = select(Correction).where(among(corrections.c.entry, ids, self._community))
        found: dict[str, list[Correction]] = defaultdict(list)
        for correction in self._session.scalars(made.order_by(corrections.c.id)):
            found[correction.entry].append(correction)
        return found

    # The ledger's chain

    def seal(self) -> Seal | None:
        """The newest block of the ledger, if any was told of."""
        newest = select(ledger_seals.c.block, ledger_seals.c.root).where(ledger_seals.c.community == self._community)
        found = self._session.execute(newest).first()
        return Seal(block=found.block, root=found.root) if found else None

    def keep_seal(self, seal: Seal) -> None:
        """Remember it, unless a newer one is known."""
        row = upsert(ledger_seals).values(community=self._community, block=seal.block, root=seal.root)
        changed = {"block": row.excluded.block, "root": row.excluded.root}
        key, newer = ledger_seals.primary_key, ledger_seals.c.block < row.excluded.block
        self._session.execute(row.on_conflict_do_update(index_elements=key, set_=changed, where=newer))

    # What people ask

    def publication(self, publication_id: str) -> Publication:
        """`NotFound` until it is public."""
        found = self._session.get(Publication, (self._community, publication_id))
        if found is None or found.published_at is None:
            raise NotFound("没有这份公示")
        return found

    def publications(self, limit: int, before: str | None) -> list[Publication]:
        """Those that are public, newest first."""
        rows = select(Publication).where(
            publications.c.community == self._community, publications.c.published_at.is_not(None)
        )
        if before:
            rows = rows.where(publications.c.id < before)
        return list(self._session.scalars(rows.order_by(publications.c.id.desc()).limit(limit)))

    def lines(self, publication: Publication, courtyard: str | None, limit: int, after: int) -> list[Line]:
        """A part of the list in its order, or of what on it is one courtyard's."""
        wanted = [published_entries.c.position > after]
        if courtyard:
            wanted.append(published_entries.c.courtyard == courtyard)
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
                *wanted,
            )
            .order_by(published_entries.c.position)
            .limit(limit)
        )
        listed = self._session.execute(rows).all()
        ids = [entry for _, _, entry in listed]
        there = select(Entry).where(among(entries.c.id, ids, self._community))
        by_id = {entry.id: entry for entry in self._session.scalars(there)}
        return [
            Line(position=position, courtyard_number=number, entry=by_id[entry]) for position, number, entry in listed
        ]
