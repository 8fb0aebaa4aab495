"""Pages of claims: newest first, and by day for the daily records (R9, R15).

The cost of a page does not grow with the number of claims: each courtyard and each day asked for contributes its first
rows by an index, and the page is taken from those.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    and_,
    case,
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
from contracts.paging import EVERYTHING, Selection
from messaging.sql.listing import counted
from services.claims.domain.claims import PAPER_AFTER, SENT_BACK, UNJUDGED, Claim, Status
from services.claims.domain.readers import ClaimReader
from services.claims.store.tables import claim_steps, claims


class ClaimListRepository:
    """Loads pages of one community's claims."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def to_tell_on_paper(
        self, at: datetime, *, courtyards: Collection[str] | None, but_declared_by: str, limit: int, after: str | None
    ) -> list[Claim]:
        """Return claims that others declared long ago and whose persons have not heard of it, the oldest first.

        Only public ones of these courtyards, and none that one person declared.
        """
        rows = select(Claim).where(
            claims.c.community == self._community,
            claims.c.declared_by != claims.c.person,
            ~claims.c.system_made,
            claims.c.told_at.is_(None),
            claims.c.seen_at.is_(None),
            claims.c.submitted_at <= at - PAPER_AFTER,
            claims.c.status != Status.WITHDRAWN,
            claims.c.declared_by != but_declared_by,
        )
        if courtyards is not None:
            rows = rows.where(claims.c.courtyard.in_(courtyards), claims.c.public)
        if after is not None:
            rows = rows.where(claims.c.id > after)
        return list(self._session.scalars(rows.order_by(claims.c.id).limit(limit)))

    def visible(
        self,
        reader: ClaimReader,
        *,
        selection: Selection = EVERYTHING,
        period: str | None = None,
        person: str | None = None,
        courtyard: str | None = None,
    ) -> "VisibleClaims":
        """Return the claims that the reader may read; `period` is the month of the act."""
        days = _days_of(period) if period else None
        return VisibleClaims(self._session, self._community, reader, selection, days, person, courtyard)

    def reasons_of(self, found: Iterable[Claim]) -> dict[str, str]:
        """Return why claims were returned or refused, by id, of those that are."""
        ids = [claim.id for claim in found if claim.status in SENT_BACK]
        if not ids:
            return {}
        rows = (
            select(claim_steps.c.claim, claim_steps.c.reason)
            .where(claim_steps.c.community == self._community, claim_steps.c.claim.in_(ids))
            .where(claim_steps.c.step.in_([status.value for status in SENT_BACK]))
            .order_by(claim_steps.c.position)
        )
        return {row.claim: row.reason for row in self._session.execute(rows)}  # the last of each

    def changed_last(self, person: str, limit: int) -> list[Claim]:
        """Return the claims of a person that changed last, the latest first."""
        rows = select(Claim).where(claims.c.community == self._community, claims.c.person == person)
        return list(self._session.scalars(rows.order_by(desc(claims.c.changed_at), desc(claims.c.id)).limit(limit)))

    def count_returned(self, person: str) -> int:
        """Return how many claims that the person made, for themselves or others, wait to be declared again."""
        rows = select(func.count()).where(
            claims.c.community == self._community,
            claims.c.status == Status.RETURNED,
            or_(claims.c.person == person, claims.c.declared_by == person),
        )
        return self._session.scalar(rows) or 0

    def undecided(self, person: str, household: str | None) -> list[tuple[str, int, int]]:
        """Return account, number and points of the unjudged claims for a household's book and a head's own."""
        books = [and_(claims.c.book == "head", claims.c.person == person)]
        if household is not None:
            books.append(and_(claims.c.book == "household", claims.c.household == household))
        account = case((claims.c.book == "head", claims.c.person), else_=claims.c.household)
        rows = (
            select(account, func.count(), func.coalesce(func.sum(claims.c.points), 0))
            .where(claims.c.community == self._community, claims.c.status.in_(UNJUDGED), or_(*books))
            .group_by(account)
            .order_by(account)
        )
        return [(owner, number, int(points)) for owner, number, points in self._session.execute(rows)]

    def list_by_day(
        self,
        reader: ClaimReader,
        span: tuple[date, date],
        *,
        courtyard: str | None,
        limit: int,
        after: tuple[date, str] | None,
    ) -> list[Claim]:
        """Return the claims of acts from the first to the last day of `span`, by day and id.

        What is not public is left out for those who do not read all claims, unless they made it. `after` is the day
        and the id of the last one of the previous page.
        """
        rows = select(Claim).where(claims.c.community == self._community, claims.c.day.between(*span))
        if reader.readable is not None:
            own = (claims.c.person == reader.person, claims.c.declared_by == reader.person)
            rows = rows.where(or_(claims.c.public, *own))
        if courtyard:
            rows = rows.where(claims.c.courtyard == courtyard)
        if after:
            rows = rows.where(tuple_(claims.c.day, claims.c.id) > after)
        return list(self._session.scalars(rows.order_by(claims.c.day, claims.c.id).limit(limit)))


@dataclass(frozen=True)
class VisibleClaims:
    """The claims that a reader may read, newest first."""

    session: Session
    community: str
    reader: ClaimReader
    selection: Selection
    days: list[date] | None
    person: str | None
    courtyard: str | None

    def page(self, limit: int, before: str | None = None) -> list[Claim]:
        """Return up to `limit` claims; `before` is the last id of the previous page."""
        rows = select(Claim).where(claims.c.community == self.community, claims.c.id.in_(self._ids(limit, before)))
        return list(self.session.scalars(rows.order_by(desc(claims.c.id)).limit(limit)))

    def count(self, most: int) -> int:
        """Return how many claims there are, counted up to `most`."""
        return counted(self.session, self._ids(most, None), most)

    def _ids(self, limit: int, before: str | None) -> Select[str]:
        filters = [claims.c.community == self.community]
        if before:
            filters.append(claims.c.id < before)
        filters += self.selection.conditions(claims.c.status, claims.c.changed_at)
        query = _VisibleIds(filters, limit, self.days)
        if self.person:
            return query.of_person(self.reader, self.person, self.courtyard)
        return query.of_all(self.reader, self.courtyard)


class _VisibleIds:
    """Selects the ids from which a page is taken: the newest for each reason why a reader may read claims."""

    def __init__(self, filters: list[ColumnElement[bool]], limit: int, days: list[date] | None) -> None:
        self._filters, self._limit, self._days = filters, limit, days

    def of_person(self, reader: ClaimReader, person: str, courtyard: str | None) -> Select[str]:
        """Select those of one person."""
        conditions = [claims.c.person == person, *self._in_days(), *_in_courtyard(courtyard)]
        if reader.readable is not None:
            own = (claims.c.person == reader.person, claims.c.declared_by == reader.person)
            in_reach = and_(claims.c.public, claims.c.courtyard.in_(sorted(reader.readable)))
            conditions.append(or_(*own, in_reach))
        return select(self._newest(*conditions).c.id)

    def of_all(self, reader: ClaimReader, courtyard: str | None) -> Select[str]:
        """Select those of all people."""
        if reader.readable is None:
            return self._by_courtyard([courtyard] if courtyard else None)
        conditions = [*self._in_days(), *_in_courtyard(courtyard)]
        courtyards = reader.readable & {courtyard} if courtyard else reader.readable
        selects = [
            select(self._newest(claims.c.person == reader.person, *conditions).c.id),
            select(self._newest(claims.c.declared_by == reader.person, *conditions).c.id),
        ]
        if courtyards:
            selects.append(self._by_courtyard(courtyards, public_only=True))
        return select(union(*selects).subquery().c.id)

    def _by_courtyard(self, courtyards: Collection[str] | None, *, public_only: bool = False) -> Select[str]:
        """Select the newest of each courtyard on each day; None means all courtyards together."""
        keys: FromClause | None = None
        matches = []
        if courtyards is not None:
            keys = _table_of("courtyard", sorted(courtyards), String)
            matches.append(claims.c.courtyard == keys.c.courtyard)
            if public_only:
                matches.append(claims.c.public)
        if self._days is not None:
            days = _table_of("day", self._days, Date)
            keys = days if keys is None else keys.join(days, true())
            matches.append(claims.c.day == days.c.day)
        if keys is None:
            return select(self._newest().c.id)
        newest = self._select_newest(*matches).lateral()
        return select(newest.c.id).select_from(keys.join(newest, true()))

    def _newest(self, *conditions: ColumnElement[bool]) -> Subquery:
        return self._select_newest(*conditions).subquery()

    def _select_newest(self, *conditions: ColumnElement[bool]) -> Select[str]:
        found = select(claims.c.id).where(*self._filters, *conditions)
        return found.order_by(desc(claims.c.id)).limit(self._limit)

    def _in_days(self) -> list[ColumnElement[bool]]:
        if self._days is None:
            return []
        return [and_(claims.c.day >= self._days[0], claims.c.day <= self._days[-1])]


def _table_of(name: str, values: list[Any], kind: type[TypeEngine[Any]]) -> TableValuedAlias:
    """Return `values` as a table of one column."""
    return func.unnest(literal(values, ARRAY(kind))).table_valued(name).render_derived(name=f"{name}s")


def _in_courtyard(courtyard: str | None) -> list[ColumnElement[bool]]:
    return [claims.c.courtyard == courtyard] if courtyard else []


def _days_of(period: str) -> list[date]:
    first, after = first_day(period), first_day(next_period(period))
    return [first + timedelta(days=count) for count in range((after - first).days)]
