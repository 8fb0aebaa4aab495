"""The acts on record in one community."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import desc, func, select
from sqlalchemy.orm import Session

from services.claims.domain.acts import Act
from services.claims.store.tables import acts


class Acts:
    """Who did what, counted or not."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, act: Act) -> None:
        self._session.add(act)

    def recorded(self, item: str, happened_at: datetime, people: Iterable[str]) -> set[str]:
        """Those of `people` who are on record for it; until the transaction ends nobody else records this item."""
        key = f"acts/{self._community}/{item}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
        found = select(acts.c.person).where(
            acts.c.community == self._community,
            acts.c.item == item,
            acts.c.happened_at == happened_at,
            acts.c.person.in_(list(people)),
        )
        return set(self._session.scalars(found))

    def page(self, limit: int, before: str | None) -> list[Act]:
        """Newest first; `before` is the last id of the page before."""
        rows = select(Act).where(acts.c.community == self._community)
        if before:
            rows = rows.where(acts.c.id < before)
        return list(self._session.scalars(rows.order_by(desc(acts.c.id)).limit(limit)))
