"""Recorded acts of one community."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import desc, func, select
from sqlalchemy.orm import Session

from services.claims.domain.acts import Act
from services.claims.store.tables import acts


class ActRepository:
    """Loads and stores acts, whether they count or not."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, act: Act) -> None:
        self._session.add(act)

    def of_record(self, record: str) -> Act | None:
        """Return the act that a record proves, locked, or None."""
        return self._session.scalar(
            select(Act).where(acts.c.community == self._community, acts.c.record == record).with_for_update()
        )

    def find(self, item: str, happened_at: datetime, person: str) -> Act | None:
        """Return the act of a person, item and moment, or None."""
        return self._session.scalar(
            select(Act).where(
                acts.c.community == self._community,
                acts.c.item == item,
                acts.c.happened_at == happened_at,
                acts.c.person == person,
            )
        )

    def lock_recorded(self, item: str, happened_at: datetime, people: Iterable[str]) -> set[str]:
        """Return those of `people` with a record of that act; lock the item's acts until the transaction ends."""
        key = f"acts/{self._community}/{item}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
        found = select(acts.c.person).where(
            acts.c.community == self._community,
            acts.c.item == item,
            acts.c.happened_at == happened_at,
            acts.c.person.in_(list(people)),
        )
        return set(self._session.scalars(found))

    def list(self, limit: int, before: str | None) -> list[Act]:
        """Return acts, newest first; `before` is the last id of the previous page."""
        rows = select(Act).where(acts.c.community == self._community)
        if before:
            rows = rows.where(acts.c.id < before)
        return [*self._session.scalars(rows.order_by(desc(acts.c.id)).limit(limit))]
