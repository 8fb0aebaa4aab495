"""Who may not declare for himself in one community, and which claims were false."""

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


class Suspensions:
    """Suspensions by person, and the count that leads to one."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, suspension: Suspension) -> None:
        self._session.add(suspension)

    def get(self, suspension: str) -> Suspension:
        """`NotFound` when this community has no such suspension; locked until the transaction ends."""
        found = self._session.get(Suspension, (self._community, suspension), with_for_update=True)
        if found is None:
            raise NotFound("没有此暂停记录")
        return found

    def standing(self, person: str, day: date) -> Suspension | None:
        """The one that holds on that day, if any."""
        his = select(Suspension).where(suspensions.c.community == self._community, suspensions.c.person == person)
        holding = his.where(suspensions.c.until > day, suspensions.c.lifted_at.is_(None))
        return self._session.scalar(holding.order_by(desc(suspensions.c.until)).limit(1))

    def page(self, person: str | None, limit: int, before: str | None) -> list[Suspension]:
        """Newest first, of one person or of all; `before` is the last id of the page before."""
        rows = select(Suspension).where(suspensions.c.community == self._community)
        if person:
            rows = rows.where(suspensions.c.person == person)
        if before:
            rows = rows.where(suspensions.c.id < before)
        return list(self._session.scalars(rows.order_by(desc(suspensions.c.id)).limit(limit)))

    def hold(self, person: str) -> None:
        """One at a time counts or suspends this person."""
        key = f"suspensions/{self._community}/{person}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))

    def count_false(self, person: str, claim: str, at: datetime) -> int:
        """How many claims of that declarer's were false since he was last suspended, this one included."""
        noted = {"community": self._community, "claim": claim, "person": person, "at": at}
        self._session.execute(upsert(false_claims).values(noted).on_conflict_do_nothing())
        last = select(func.max(suspensions.c.made_at)).where(
            suspensions.c.community == self._community, suspensions.c.person == person
        )
        since = func.coalesce(last.scalar_subquery(), "-infinity")
        counted = select(func.count()).where(
            false_claims.c.community == self._community, false_claims.c.person == person, false_claims.c.at > since
        )
        return int(self._session.scalar(counted) or 0)
