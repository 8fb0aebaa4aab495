"""Suspensions of one community, and the false claims that lead to them."""

from datetime import date, datetime

from sqlalchemy import Date, bindparam, desc, exists, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.claims.domain.suspensions import Suspension
from services.claims.store.tables import false_claims, suspensions

SUSPENDED = exists().where(
    suspensions.c.community == bindparam("community"),
    suspensions.c.person == bindparam("declarer"),
    suspensions.c.until > bindparam("today", type_=Date),
    suspensions.c.lifted_at.is_(None),
)
"""Whether `:declarer` of `:community` is suspended `:today`."""


class SuspensionRepository:
    """Loads and stores suspensions, and counts false claims."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, suspension: Suspension) -> None:
        self._session.add(suspension)

    def get(self, suspension: str) -> Suspension:
        """Return a suspension, locked until the transaction ends. Raises `NotFound`."""
        found = self._session.get(Suspension, (self._community, suspension), with_for_update=True)
        if found is None:
            raise NotFound("没有此暂停记录")
        return found

    def active(self, person: str, day: date) -> Suspension | None:
        """Return the person's suspension that is active on a day."""
        rows = select(Suspension).where(suspensions.c.community == self._community, suspensions.c.person == person)
        active = rows.where(suspensions.c.until > day, suspensions.c.lifted_at.is_(None))
        return self._session.scalar(active.order_by(desc(suspensions.c.until)).limit(1))

    def lock(self, person: str) -> None:
        """Lock the person's count of false claims and suspensions until the transaction ends."""
        key = f"suspensions/{self._community}/{person}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def count_false_claim(self, person: str, claim: str, at: datetime) -> int:
        """Store a declarer's false claim; return how many there were since their last suspension, with this one."""
        row = {"community": self._community, "claim": claim, "person": person, "at": at}
        self._session.execute(upsert(false_claims).values(row).on_conflict_do_nothing())
        last = select(func.max(suspensions.c.made_at)).where(
            suspensions.c.community == self._community, suspensions.c.person == person
        )
        since = func.coalesce(last.scalar_subquery(), "-infinity")
        count = select(func.count()).where(
            false_claims.c.community == self._community, false_claims.c.person == person, false_claims.c.at > since
        )
        return int(self._session.scalar(count) or 0)

    def list(self, person: str | None, limit: int, before: str | None) -> list[Suspension]:
        """Return suspensions of one person or of all, newest first; `before` is the last id of the previous page."""
        rows = select(Suspension).where(suspensions.c.community == self._community)
        if person:
            rows = rows.where(suspensions.c.person == person)
        if before:
            rows = rows.where(suspensions.c.id < before)
        return [*self._session.scalars(rows.order_by(desc(suspensions.c.id)).limit(limit))]
