"""A month's acts for a draft to count again: what was declared, and what was recorded and did not count."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from contracts.calendar import first_day, next_period, start_of
from services.claims.domain.acts import Act
from services.claims.domain.claim import COUNTED, Status
from services.claims.domain.drafts import Deed, Part
from services.claims.store.tables import acts, claims


class Deeds:
    """Questions about one community's month, written `2026-11`."""

    def __init__(self, session: Session, community: str, period: str) -> None:
        self._session = session
        self._community = community
        self._period = period
        self._first, self._after = first_day(period), first_day(next_period(period))
        self._mine = and_(claims.c.community == community, claims.c.status.in_(COUNTED))
        undecided = and_(claims.c.period.is_(None), claims.c.day >= self._first, claims.c.day < self._after)
        self._of_month = or_(claims.c.period == period, undecided)

    @property
    def last_day(self) -> date:
        return self._after - timedelta(days=1)

    def first_day(self) -> date:
        """The day of its earliest act: the month's list may hold some that were declared late."""
        earliest = self._session.scalar(select(func.min(claims.c.day)).where(self._mine, self._of_month))
        return min(earliest or self._first, self._first)

    def declared(self, since: date, capped: Collection[str]) -> Iterator[Deed]:
        """The month's claims, and all of the items `capped` from `since` on, which fill the same caps."""
        beside = and_(claims.c.item.in_(capped), claims.c.day >= since, claims.c.day < self._after)
        wanted = select(
            claims.c.item,
            claims.c.person,
            claims.c.household,
            claims.c.book,
            claims.c.day,
            claims.c.submitted_at,
            claims.c.quantity,
            func.cardinality(claims.c.evidence),
            claims.c.system_made,
            claims.c.points,
            func.coalesce(claims.c.approved_points + claims.c.corrected_points, claims.c.points),
            cast(claims.c.status, Text),
            self._of_month,
        ).where(self._mine, or_(self._of_month, beside))
        for *about, status, of_month in self._session.execute(wanted):
            item, person, household, book, day, at, quantity, evidence, system_made, points, awarded = about
            yield Deed(
                part=(Part.FINAL if status == Status.FINAL else Part.WAITING) if of_month else Part.BEFORE,
                item=item,
                person=person,
                household=household,
                book=book,
                day=day,
                at=at,
                quantity=quantity,
                evidence=evidence,
                system_made=system_made,
                points=points,
                awarded=awarded,
            )

    def uncounted(self) -> list[Act]:
        """What the platform recorded in the month and the rules of its day did not count."""
        rows = select(Act).where(
            acts.c.community == self._community,
            acts.c.claim.is_(None),
            acts.c.happened_at >= start_of(self._first),
            acts.c.happened_at < start_of(self._after),
        )
        return list(self._session.scalars(rows))
