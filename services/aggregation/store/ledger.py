"""Writes the ledger: a batch takes a dozen statements, however many transfers it holds.

Rows are sent as one JSON document a statement. Locks are always taken in the same order (books, tallies, the
community's own accounts, each by key), so that replicas cannot deadlock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contracts import calendar
from contracts.event import Event
from contracts.registry import HouseholdMerged
from contracts.review import EntryApproved
from directory import Directory
from messaging.sql import bulk
from services.aggregation.domain import (
    COMMUNITY_ACCOUNTS,
    Book,
    BookKind,
    Cause,
    Expiry,
    Hold,
    HoldState,
    Journal,
    Kind,
    Subjects,
    Transfer,
    book_of,
)
from services.aggregation.store import posting
from services.aggregation.store.lots import LotRepository

_CAUSE = [field.name for field in fields(Cause)]


class Ledger:
    """Loads what a batch of events concerns into a journal, and writes what the journal decided."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def post(self, events: list[Event]) -> list[Event]:
        """Post `events` in their order; return the events to publish."""
        journal = self._open(Subjects.of(events))
        journal.post(events)
        self._write(journal)
        return journal.emitted

    def lapse(self, community: str, policy: str) -> list[Event]:
        """Post what lapses today of a community's books; return the events to publish (R24)."""
        day = calendar.day_of(self._now)
        since = calendar.start_of(Expiry.of(policy).earliest_living(day))
        lots = LotRepository(self._session, community)
        books = self._lock((community, account) for account in lots.lapsing(since))
        sources = {(community, Kind.EXPIRY, book.lapsing_on(day)) for book in books.values()}
        journal = Journal(at=self._now, books=books, posted=self._posted(sources))
        living = lots.living(since, [account for _, account in books])  # once locked, nothing more comes in
        journal.lapse({(community, account): points for account, points in living.items()}, policy)
        self._write(journal)
        return journal.emitted

    def merge(self, event: HouseholdMerged) -> None:
        """Close a household's book and move what it holds to the other's; a repeat changes nothing (R3)."""
        old, new = (event.community, event.household), (event.community, event.into)
        journal = Journal(at=self._now, books=self._books({old: "household", new: "household"}))
        if into := journal.merge(event):
            where = {"community": event.community, "household": event.household, "into": into.id, "now": self._now}
            self._write(journal)
            self._session.execute(posting.MERGE_BOOKS, where)
            self._session.execute(posting.MERGE_PENDING, where)

    def _open(self, subjects: Subjects) -> Journal:
        books = self._books(subjects.books)
        return Journal(
            at=self._now,
            books=books,
            closed=self._closed(books[key] for key in subjects.paying if key in books),
            holds=self._holds(subjects),
            posted=self._posted(subjects.sources),
        )

    def _books(self, wanted: Mapping[tuple[str, str], BookKind | None]) -> dict[tuple[str, str], Book]:
        """Return the books, locked; open missing ones of a known kind; replace merged ones by their successor."""
        books = self._lock(wanted)
        unopened = {key: kind for key, kind in wanted.items() if kind and key not in books}
        if unopened:
            bulk.execute(
                self._session,
                posting.OPEN_BOOKS,
                [{"community": c, "id": id, "kind": k} for (c, id), k in unopened.items()],
            )
            books |= self._lock(unopened)
        merged = {key: (key[0], book.merged_into) for key, book in books.items() if book.merged_into}
        if merged:
            books |= self._lock(successor for successor in merged.values() if successor not in books)
            books |= {key: books[successor] for key, successor in merged.items()}
        return books

    def _lock(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Book]:
        rows = bulk.fetch(
            self._session, posting.LOCK_BOOKS, [{"community": community, "id": id} for community, id in keys]
        )
        return {(row["community"], row["id"]): Book(**row) for row in rows}

    def _closed(self, books: Iterable[Book]) -> frozenset[tuple[str, str]]:
        """Return the books whose household has left the community."""
        paying: dict[str, set[str]] = {}
        for book in books:
            paying.setdefault(book.community, set()).add(book.id)
        day = calendar.day_of(self._now)
        return frozenset(
            (community, account)
            for community, accounts in paying.items()
            for account in Directory(self._session, community).departed(accounts, day)
        )

    def _holds(self, subjects: Subjects) -> dict[tuple[str, str], Hold]:
        rows = bulk.fetch(
            self._session, posting.HOLDS, [{"community": community, "id": id} for community, id in subjects.holds]
        )
        return {
            (row["community"], row["id"]): Hold(**row | {"state": HoldState(row["state"])}, changed=False)
            for row in rows
        }

    def _posted(self, sources: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
        rows = [{"community": c, "kind": kind, "source": source} for c, kind, source in sources]
        found = bulk.fetch(self._session, posting.POSTED, rows)
        return {(row["community"], row["kind"], row["source"]): row["points"] for row in found}

    def _write(self, journal: Journal) -> None:
        moved = journal.transfers
        bulk.execute(self._session, posting.ADD_TRANSFERS, [_transfer_row(transfer) for transfer in moved])
        bulk.execute(self._session, posting.ADD_ENTRIES, [row for transfer in moved for row in _entry_rows(transfer)])
        changed = {(book.community, book.id): book for book in journal.books.values() if book.changed}
        bulk.execute(self._session, posting.UPDATE_BOOKS, [_book_row(book) for book in changed.values()])
        bulk.execute(
            self._session, posting.UPSERT_HOLDS, [_hold_row(hold) for hold in journal.holds.values() if hold.changed]
        )
        bulk.execute(
            self._session, posting.UPSERT_PENDING, [_pending_row(event, journal) for event in journal.pending.values()]
        )
        final = [{"community": t.community, "entry": t.source} for t in moved if t.kind is Kind.CREDIT]
        bulk.execute(self._session, posting.DELETE_PENDING, final)
        bulk.execute(self._session, posting.ADD_TO_TALLIES, _tally_rows(moved))
        bulk.execute(self._session, posting.ADD_TO_COMMUNITY_ACCOUNTS, _community_rows(moved))


def _transfer_row(transfer: Transfer) -> dict[str, Any]:
    return {
        "community": transfer.community,
        "id": transfer.id,
        "kind": transfer.kind,
        "source": transfer.source,
        "reverses": transfer.reverses,
        "book": transfer.book,
        "points": transfer.points,
        "posted_at": transfer.posted_at,
        **{name: getattr(transfer.cause, name) for name in _CAUSE},
    }


def _entry_rows(transfer: Transfer) -> list[dict[str, Any]]:
    return [
        {"community": transfer.community, "transfer": transfer.id, "account": entry.account, "amount": entry.amount}
        for entry in transfer.entries
    ]


def _book_row(book: Book) -> dict[str, Any]:
    return {name: getattr(book, name) for name in ("community", "id", "posted", "held", "arrears", "cumulative")}


def _hold_row(hold: Hold) -> dict[str, Any]:
    return {field.name: getattr(hold, field.name) for field in fields(hold) if field.name != "changed"}


def _pending_row(event: EntryApproved, journal: Journal) -> dict[str, Any]:
    return {
        "community": event.community,
        "entry": event.entry,
        "book": journal.books[event.community, book_of(event)[0]].id,
        "points": event.points,
        "courtyard": event.courtyard,
        "period": event.period,
        "sequence": event.sequence,
    }


def _tally_rows(transfers: list[Transfer]) -> list[dict[str, Any]]:
    counted: Counter[tuple[Any, ...]] = Counter()
    for transfer in transfers:
        for subject_kind, subject in transfer.counts_for():
            cause = transfer.cause
            counted[transfer.community, subject_kind, cause.period, subject, cause.category] += transfer.points
    names = ("community", "subject_kind", "period", "subject", "category")
    return [dict(zip(names, key, strict=True), points=points) for key, points in counted.items()]


def _community_rows(transfers: list[Transfer]) -> list[dict[str, Any]]:
    moved: Counter[tuple[str, str]] = Counter()
    for transfer in transfers:
        for entry in transfer.entries:
            if entry.account in COMMUNITY_ACCOUNTS:
                moved[transfer.community, entry.account] += entry.amount
    return [
        {"community": community, "id": account, "kind": account, "posted": amount}
        for (community, account), amount in moved.items()
    ]
