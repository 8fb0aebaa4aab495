"""Writing the ledger: a batch costs a dozen statements, however many transfers it holds.

Rows travel as one JSON document a statement. Locks are always taken in the same order, books before tallies before the
community's own accounts, and each in the order of its key, so that replicas never wait for each other in a circle.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.event import Event
from contracts.review import EntryApproved
from services.aggregation.domain import (
    COMMUNITY_ACCOUNTS,
    Book,
    Cause,
    Hold,
    HoldState,
    Journal,
    Kind,
    Subjects,
    Transfer,
    book_of,
)

_CAUSE = [field.name for field in fields(Cause)]

_LOCK_BOOKS = text("""
    SELECT a.community, a.id, a.kind, a.posted, a.held, a.arrears, a.cumulative
      FROM accounts a
      JOIN json_populate_recordset(NULL::accounts, :rows) wanted USING (community, id)
     ORDER BY a.community, a.id
       FOR UPDATE OF a
""")
_OPEN_BOOKS = text("""
    INSERT INTO accounts (community, id, kind)
    SELECT community, id, kind FROM json_populate_recordset(NULL::accounts, :rows) ORDER BY community, id
        ON CONFLICT DO NOTHING
""")
_HOLDS = text("""
    SELECT h.community, h.id, h.account, h.points, h.state, h.captured, h.refunded, h.placed_at, h.ended_at
      FROM holds h JOIN json_populate_recordset(NULL::holds, :rows) wanted USING (community, id)
""")
_POSTED = text("""
    SELECT t.community, t.kind, t.source
      FROM transfers t JOIN json_populate_recordset(NULL::transfers, :rows) wanted USING (community, kind, source)
""")

_ADD_TRANSFERS = text("""
    INSERT INTO transfers (community, id, kind, source, reverses, book, points, origin, origin_id, person, household,
                           courtyard, category, item, merchant, day, period, posted_at)
    SELECT community, id, kind, source, reverses, book, points, origin, origin_id, person, household,
           courtyard, category, item, merchant, day, period, posted_at
      FROM json_populate_recordset(NULL::transfers, :rows)
""")
_ADD_ENTRIES = text("""
    INSERT INTO entries (community, transfer, account, amount)
    SELECT community, transfer, account, amount FROM json_populate_recordset(NULL::entries, :rows)
""")
_KEEP_BOOKS = text("""
    UPDATE accounts a
       SET posted = b.posted, held = b.held, arrears = b.arrears, cumulative = b.cumulative
      FROM json_populate_recordset(NULL::accounts, :rows) b
     WHERE a.community = b.community AND a.id = b.id
""")
_KEEP_HOLDS = text("""
    INSERT INTO holds (community, id, account, points, state, captured, refunded, placed_at, ended_at)
    SELECT community, id, account, points, state, captured, refunded, placed_at, ended_at
      FROM json_populate_recordset(NULL::holds, :rows) ORDER BY community, id
        ON CONFLICT (community, id) DO UPDATE
       SET state = excluded.state, captured = excluded.captured, refunded = excluded.refunded,
           ended_at = excluded.ended_at
""")
_KEEP_PENDING = text("""
    INSERT INTO pending (community, entry, book, points, courtyard, period, sequence)
    SELECT community, entry, book, points, courtyard, period, sequence
      FROM json_populate_recordset(NULL::pending, :rows) ORDER BY community, entry
        ON CONFLICT (community, entry) DO UPDATE
       SET points = excluded.points, period = excluded.period, sequence = excluded.sequence
     WHERE pending.sequence < excluded.sequence
""")
_END_PENDING = text("""
    DELETE FROM pending p USING json_populate_recordset(NULL::pending, :rows) final
     WHERE p.community = final.community AND p.entry = final.entry
""")
_COUNT = text("""
    INSERT INTO tallies (community, subject_kind, period, subject, category, points)
    SELECT community, subject_kind, period, subject, category, points
      FROM json_populate_recordset(NULL::tallies, :rows) ORDER BY community, subject_kind, period, subject, category
        ON CONFLICT (community, subject_kind, period, subject, category) DO UPDATE
       SET points = tallies.points + excluded.points
""")
_MOVE_COMMUNITY_ACCOUNTS = text("""
    INSERT INTO accounts (community, id, kind, posted)
    SELECT community, id, kind, posted FROM json_populate_recordset(NULL::accounts, :rows) ORDER BY community, id
        ON CONFLICT (community, id) DO UPDATE SET posted = accounts.posted + excluded.posted
""")


class Ledger:
    """Opens a journal over what a batch of events is about, and writes what it decided."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def post(self, events: list[Event]) -> list[Event]:
        """Post `events`, in their order; what is to be told of it."""
        journal = self._open(Subjects.of(events))
        journal.post(events)
        self._write(journal)
        return journal.told

    def _open(self, subjects: Subjects) -> Journal:
        books = self._lock(subjects.books)
        unopened = {key: kind for key, kind in subjects.books.items() if kind and key not in books}
        if unopened:
            self._write_rows(_OPEN_BOOKS, [{"community": c, "id": id, "kind": k} for (c, id), k in unopened.items()])
            books |= self._lock(unopened)
        return Journal(at=self._now, books=books, holds=self._holds(subjects), posted=self._posted(subjects))

    def _lock(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Book]:
        rows = self._rows(_LOCK_BOOKS, [{"community": community, "id": id} for community, id in keys])
        return {(row["community"], row["id"]): Book(**row) for row in rows}

    def _holds(self, subjects: Subjects) -> dict[tuple[str, str], Hold]:
        rows = self._rows(_HOLDS, [{"community": community, "id": id} for community, id in subjects.holds])
        return {
            (row["community"], row["id"]): Hold(**row | {"state": HoldState(row["state"])}, changed=False)
            for row in rows
        }

    def _posted(self, subjects: Subjects) -> set[tuple[str, str, str]]:
        sources = [{"community": c, "kind": kind, "source": source} for c, kind, source in subjects.sources]
        return {(row["community"], row["kind"], row["source"]) for row in self._rows(_POSTED, sources)}

    def _write(self, journal: Journal) -> None:
        moved = journal.transfers
        self._write_rows(_ADD_TRANSFERS, [_transfer_row(transfer) for transfer in moved])
        self._write_rows(_ADD_ENTRIES, [row for transfer in moved for row in _entry_rows(transfer)])
        self._write_rows(_KEEP_BOOKS, [_book_row(book) for book in journal.books.values() if book.changed])
        self._write_rows(_KEEP_HOLDS, [_hold_row(hold) for hold in journal.holds.values() if hold.changed])
        self._write_rows(_KEEP_PENDING, [_pending_row(event) for event in journal.pending.values()])
        final = [{"community": t.community, "entry": t.source} for t in moved if t.kind is Kind.CREDIT]
        self._write_rows(_END_PENDING, final)
        self._write_rows(_COUNT, _tally_rows(moved))
        self._write_rows(_MOVE_COMMUNITY_ACCOUNTS, _community_rows(moved))

    def _rows(self, statement: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not rows:
            return []
        return [dict(row) for row in self._session.execute(statement, {"rows": _document(rows)}).mappings()]

    def _write_rows(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._session.execute(statement, {"rows": _document(rows)})


def _document(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=str)


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


def _pending_row(event: EntryApproved) -> dict[str, Any]:
    return {
        "community": event.community,
        "entry": event.entry,
        "book": book_of(event)[0],
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
