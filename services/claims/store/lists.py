"""Claims page by page: newest first for those who follow them, day by day for those who keep the records (R9, R15).

However many claims there are, a page costs what is on it: each courtyard and each day that is asked for gives its own
first rows from an index, and the page is taken from those.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    and_,
    desc,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from contracts.calendar import first_day, next_period
from services.claims.domain.claim import Claim, Status
from services.claims.domain.readers import Reader
from services.claims.store.tables import claims


class Lists:
    """Pages of one community's claims."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def page(
        self,
        reader: Reader,
        *,
        limit: int,
        before: str | None,
        status: str | None = None,
        period: str | None = None,
        person: str | None = None,
        courtyard: str | None = None,
    ) -> list[Claim]:
        """What the reader may see, newest first; `before` is the last id of the page before.

        `period` is the month of the act.
        """
        narrowed = [claims.c.community == self._community]
        if before:
            narrowed.append(claims.c.id < before)
        if status:
            narrowed.append(claims.c.status == Status(status))
        days = _days_of(period) if period else None
        seen = _Seen(narrowed, limit, days)
        ids = seen.of_person(reader, person, courtyard) if person else seen.by(reader, courtyard)
        rows = select(Claim).where(claims.c.community == self._community, claims.c.id.in_(ids))
        return list(self._session.scalars(rows.order_by(desc(claims.c.id)).limit(limit)))

    def records(
        self, span: tuple[date, date], *, courtyard: str | None, limit: int, behind: tuple[date, str] | None
    ) -> list[Claim]:
        """All claims of acts from the first to the last day of `span`, by day and then as they were declared.

        `behind` is the day and id of the last one of the page before.
        """
        rows = select(Claim).where(claims.c.community == self._community, claims.c.day.between(*span))
        if courtyard:
            rows = rows.where(claims.c.courtyard == courtyard)
        if behind:
            rows = rows.where(tuple_(claims.c.day, claims.c.id) > behind)
        return list(self._session.scalars(rows.order_by(claims.c.day, claims.c.id).limit(limit)))


class _Seen:
    """The ids from which a page is taken: of each way in which a reader sees claims, the newest."""

    def __init__(self, narrowed: list[ColumnElement[bool]], limit: int, days: list[date] | None) -> None:
        self._narrowed, self._limit, self._days = narrowed, limit, days

    def of_person(self, reader: Reader, person: str, courtyard: str | None) -> Select[str]:
        """A person's, as far as the reader may see them."""
        theirs = [claims.c.person == person, *self._within(), *_in_courtyard(courtyard)]
        if not reader.sees_all:
            mine = (claims.c.person == reader.person, claims.c.declared_by == reader.person)
            theirs.append(or_(*mine, claims.c.courtyard.in_(sorted(reader.courtyards))))
        return select(self._newest(*theirs).c.id)

    def by(self, reader: Reader, courtyard: str | None) -> Select[str]:
        """All that the reader sees."""
        if reader.sees_all:
            return self._by_place([courtyard] if courtyard else None)
        within = [*self._within(), *_in_courtyard(courtyard)]
        answered_for = reader.courtyards & {courtyard} if courtyard else reader.courtyards
        ways = [
            select(self._newest(claims.c.person == reader.person, *within).c.id),
            select(self._newest(claims.c.declared_by == reader.person, *within).c.id),
        ]
        if answered_for:
            ways.append(self._by_place(answered_for))
        return select(union(*ways).subquery().c.id)

    def _by_place(self, courtyards: Collection[str] | None) -> Select[str]:
        """The newest of each courtyard on each day; of all courtyards when none are named."""
        among, same = None, []
        if courtyards is not None:
            among = _listed("courtyard", sorted(courtyards), String)
            same.append(claims.c.courtyard == among.c.courtyard)
        if self._days is not None:
            days = _listed("day", self._days, Date)
            among = days if among is None else among.join(days, true())
            same.append(claims.c.day == days.c.day)
        if among is None:
            return select(self._newest().c.id)
        newest = self._newest_of(*same).lateral()
        return select(newest.c.id).select_from(among.join(newest, true()))

    def _newest(self, *conditions: ColumnElement[bool]) -> Subquery:
        return self._newest_of(*conditions).subquery()

    def _newest_of(self, *conditions: ColumnElement[bool]) -> Select[str]:
        found = select(claims.c.id).where(*self._narrowed, *conditions)
        return found.order_by(desc(claims.c.id)).limit(self._limit)

    def _within(self) -> list[ColumnElement[bool]]:
        if self._days is None:
            return []
        return [and_(claims.c.day >= self._days[0], claims.c.day <= self._days[-1])]


def _listed(name: str, values: list[Any], kind: type[TypeEngine[Any]]) -> TableValuedAlias:
    """`values` as a table of one column."""
    return func.unnest(literal(values, ARRAY(kind))).table_valued(name).render_derived(name=f"{name}s")


def _in_courtyard(courtyard: str | None) -> list[ColumnElement[bool]]:
    return [claims.c.courtyard == courtyard] if courtyard else []


def _days_of(period: str) -> list[date]:
    first, after = first_day(period), first_day(next_period(period))
    return [first + timedelta(days=count) for count in range((after - first).days)]
