"""Who read or changed a person's data, kept by the service that owns the data, for that person to read (R42)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, Index, MetaData, Row, String, Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import ids
from contracts.accesses import Access, AccessAction
from contracts.calendar import day_of

_METADATA = MetaData()

accesses = Table(
    "accesses",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False, comment="whose data"),
    Column("by", String, nullable=False),
    Column("action", String(24), nullable=False),
    Column("subject", String, nullable=False, comment="the claim, upload or person"),
    Column("day", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("accesses_once_a_day", "community", "person", "by", "action", "subject", "day", unique=True),
    Index("accesses_of_person", "community", "person", "id"),
    comment="Who read or changed a person's data; rows are only added",
)


def attach(metadata: MetaData) -> None:
    """Add the table to a service's metadata, so that its migrations create it."""
    accesses.to_metadata(metadata)


class AccessLog:
    """The accesses to the data of one community's people, by one caller."""

    def __init__(self, session: Session, community: str, by: str, now: datetime) -> None:
        self._session, self._community, self._by, self._now = session, community, by, now

    def record(self, person: str, action: AccessAction, subject: str) -> None:
        """Store that the caller did this with somebody's data; once a day, and not for their own."""
        self.record_many([(person, subject)], action)

    def record_many(self, seen: Iterable[tuple[str, str]], action: AccessAction) -> None:
        """Store by one statement that the caller did this with the data of several people, given with its subject."""
        rows = [
            {
                "community": self._community,
                "id": ids.new("acs"),
                "person": person,
                "by": self._by,
                "action": action,
                "subject": subject,
                "day": day_of(self._now),
                "at": self._now,
            }
            for person, subject in seen
            if self._by and self._by != person
        ]
        if rows:
            self._session.execute(insert(accesses).values(rows).on_conflict_do_nothing())

    def page(self, person: str, limit: int, before: str | None) -> list[Row[Any]]:
        """Return accesses to somebody's data, newest first, below the id `before`."""
        found = select(accesses).where(accesses.c.community == self._community, accesses.c.person == person)
        if before:
            found = found.where(accesses.c.id < before)
        return list(self._session.execute(found.order_by(accesses.c.id.desc()).limit(limit)))


def shown(row: Row[Any]) -> Access:
    """Return an access as the reply of a call."""
    return {
        "id": row.id,
        "by_id": row.by,
        "action": row.action,
        "subject_id": row.subject,
        "at": row.at.isoformat(),
    }
