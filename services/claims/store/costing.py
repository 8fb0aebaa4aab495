"""The acts of a month for costing a draft rulebook: claims, and recorded acts that did not count."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy import Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from contracts.calendar import first_day, next_period, start_of
from services.claims.domain.acts import Act
from services.claims.domain.claims import COUNTED, Status
from services.claims.domain.costing import ActKind, CountedAct
from services.claims.store.tables import acts, claims


class CostingRepository:
    """Loads the acts of one month (`2026-11`) of one community."""

    def __init__(self, session: Session, community: str, period: str) -> None:
        self._session = session
        self._community = community
        self._period = period
        self._first, self._after = first_day(period), first_day(next_period(period))
        self._counted = and_(claims.c.community == community, claims.c.status.in_(COUNTED))
        undecided = and_(claims.c.period.is_(None), claims.c.day >= self._first, claims.c.day < self._after)
        self._in_month = or_(claims.c.period == period, undecided)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return self._after - timedelta(days=1)

    def first_day(self) -> date:
        """Return the day of the earliest act on the month's list, which may be before the month, or its first day."""
        earliest = self._session.scalar(select(func.min(claims.c.day)).where(self._counted, self._in_month))
        return min(earliest or self._first, self._first)

    def claimed(self, since: date, capped: Collection[str]) -> Iterator[CountedAct]:
        """Yield the month's claims, and all claims of the items `capped` from `since` on, which fill the same caps."""
        under_caps = and_(claims.c.item.in_(capped), claims.c.day >= since, claims.c.day < self._after)
        rows = select(
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
            self._in_month,
        ).where(self._counted, or_(self._in_month, under_caps))
        for *columns, status, in_month in self._session.execute(rows):
            item, person, household, book, day, at, quantity, evidence, system_made, points, awarded = columns
            yield CountedAct(
                kind=(ActKind.FINAL if status == Status.FINAL else ActKind.WAITING) if in_month else ActKind.EARLIER,
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
        """Return the acts recorded in the month that the rules of their day did not count."""
        rows = select(Act).where(
            acts.c.community == self._community,
            acts.c.claim.is_(None),
            acts.c.happened_at >= start_of(self._first),
            acts.c.happened_at < start_of(self._after),
        )
        return list(self._session.scalars(rows))
