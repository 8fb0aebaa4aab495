"""Requested rebuilds and their reports."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contracts import errors, ids
from services.aggregation.store.tables import rebuilds

Row = dict[str, Any]


class RebuildRepository:
    """Loads and stores the rebuilds of one community."""

    def __init__(self, session: Session, community: str, now: datetime) -> None:
        self._session, self._community, self._now = session, community, now

    def request(self, by: str) -> Row:
        """Store a request for the next replica that takes it from the queue."""
        row = {"community": self._community, "id": ids.new("rbd"), "requested_by": by, "requested_at": self._now}
        added = insert(rebuilds).values(**row, state="requested").returning(*rebuilds.c)
        return dict(self._session.execute(added).mappings().one())

    def get(self, id: str) -> Row:
        """Return a rebuild. Raises `NotFound`."""
        wanted = select(rebuilds).where(rebuilds.c.community == self._community, rebuilds.c.id == id)
        found = self._session.execute(wanted).mappings().one_or_none()
        if found is None:
            raise errors.NotFound("没有这次核对")
        return dict(found)

    def page(self, limit: int, before: str | None) -> list[Row]:
        """Return rebuilds older than `before`, newest first."""
        wanted = select(rebuilds).where(rebuilds.c.community == self._community)
        if before:
            wanted = wanted.where(rebuilds.c.id < before)
        rows = self._session.execute(wanted.order_by(rebuilds.c.id.desc()).limit(limit)).mappings()
        return [dict(row) for row in rows]


class RebuildQueue:
    """Takes open requests of all communities; a request ends in the transaction that took it."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session, self._now = session, now

    def take(self) -> Row | None:
        """Return the oldest open request, locked; None if there is none or another replica has it."""
        oldest = select(rebuilds).where(rebuilds.c.state == "requested").order_by(rebuilds.c.requested_at).limit(1)
        found = self._session.execute(oldest.with_for_update(skip_locked=True)).mappings().one_or_none()
        return dict(found) if found else None

    def end(self, community: str, id: str, state: str, report: Row | None) -> None:
        """Store the end of a rebuild: `done` with a report, or `failed`."""
        ended = update(rebuilds).where(rebuilds.c.community == community, rebuilds.c.id == id)
        self._session.execute(ended.values(state=state, report=report, ended_at=self._now))
