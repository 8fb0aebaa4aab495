"""Rebuilds that were asked for, and what each found."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contracts import errors, ids
from services.aggregation.store.tables import rebuilds

Row = dict[str, Any]


class Rebuilds:
    """One row a request; whoever takes it ends it in the same transaction."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def request(self, community: str, by: str) -> Row:
        """A new one, to be done as soon as a replica comes to it."""
        row = {"community": community, "id": ids.new("rbd"), "requested_by": by, "requested_at": self._now}
        added = insert(rebuilds).values(**row, state="requested").returning(*rebuilds.c)
        return dict(self._session.execute(added).mappings().one())

    def take(self) -> Row | None:
        """The oldest that is not done, locked; none if there is none, or another replica has it."""
        oldest = select(rebuilds).where(rebuilds.c.state == "requested").order_by(rebuilds.c.requested_at).limit(1)
        found = self._session.execute(oldest.with_for_update(skip_locked=True)).mappings().one_or_none()
        return dict(found) if found else None

    def end(self, community: str, id: str, state: str, report: Row | None) -> None:
        """It is `done` with a report, or `failed`."""
        ended = update(rebuilds).where(rebuilds.c.community == community, rebuilds.c.id == id)
        self._session.execute(ended.values(state=state, report=report, ended_at=self._now))

    def get(self, community: str, id: str) -> Row:
        """`NotFound` for an unknown one."""
        wanted = select(rebuilds).where(rebuilds.c.community == community, rebuilds.c.id == id)
        found = self._session.execute(wanted).mappings().one_or_none()
        if found is None:
            raise errors.NotFound("没有这次核对")
        return dict(found)

    def page(self, community: str, limit: int, before: str | None) -> list[Row]:
        """The newest first, from the one after `before`."""
        wanted = select(rebuilds).where(rebuilds.c.community == community)
        if before:
            wanted = wanted.where(rebuilds.c.id < before)
        rows = self._session.execute(wanted.order_by(rebuilds.c.id.desc()).limit(limit)).mappings()
        return [dict(row) for row in rows]
