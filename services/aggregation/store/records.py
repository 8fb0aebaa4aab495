"""Ledger records by month and courtyard: 院落台账 day by day, and the community's whole (R9)."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select, tuple_
from sqlalchemy.orm import Session

from services.aggregation.domain import EARNING, BookKind
from services.aggregation.store.tables import accounts, pending, transfers

Row = dict[str, Any]


class LedgerRecordRepository:
    """Reads earnings and corrections by the courtyard of the act, and the balances by kind of account."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def page(self, period: str, courtyard: str | None, limit: int, after: tuple[str, date, str] | None) -> list[Row]:
        """Return a month's records ordered by courtyard, day and id, after (courtyard, day, id)."""
        key = tuple_(transfers.c.courtyard, transfers.c.day, transfers.c.id)
        page = select(transfers).where(
            transfers.c.community == self._community,
            transfers.c.period == period,
            transfers.c.courtyard.is_not(None) if courtyard is None else transfers.c.courtyard == courtyard,
            transfers.c.kind.in_(EARNING),
        )
        if after:
            page = page.where(key > after)
        rows = self._session.execute(page.order_by(transfers.c.courtyard, transfers.c.day, transfers.c.id).limit(limit))
        return [dict(row) for row in rows.mappings()]

    def days(self, period: str, courtyard: str) -> list[Row]:
        """Return how many records each day of the act has in a courtyard's month, and their points."""
        points = cast(func.sum(transfers.c.points), BigInteger)
        counted = (
            select(transfers.c.day, func.count().label("entries"), points.label("points"))
            .where(
                transfers.c.community == self._community,
                transfers.c.period == period,
                transfers.c.courtyard == courtyard,
                transfers.c.kind.in_(EARNING),
            )
            .group_by(transfers.c.day)
            .order_by(transfers.c.day)
        )
        return [dict(row) for row in self._session.execute(counted).mappings()]

    def by_courtyard(self, period: str) -> dict[str, Row]:
        """Return the sums of a month's records of every courtyard that has any.

        `points` went to household books and are the head's points (R22), `head_points` to the head's own book.
        """
        counted = (
            select(
                transfers.c.courtyard,
                func.count().label("entries"),
                _points_in_books_of("household").label("points"),
                _points_in_books_of("head").label("head_points"),
            )
            .join(accounts, (accounts.c.community == transfers.c.community) & (accounts.c.id == transfers.c.book))
            .where(
                transfers.c.community == self._community,
                transfers.c.period == period,
                transfers.c.courtyard.is_not(None),
                transfers.c.kind.in_(EARNING),
            )
            .group_by(transfers.c.courtyard)
        )
        return {row["courtyard"]: dict(row) for row in self._session.execute(counted).mappings()}

    def pending(self, period: str, courtyard: str | None = None) -> int:
        """Return the points of a month that are approved and not yet final."""
        waiting = select(cast(func.coalesce(func.sum(pending.c.points), 0), BigInteger)).where(
            pending.c.community == self._community, pending.c.period == period
        )
        if courtyard:
            waiting = waiting.where(pending.c.courtyard == courtyard)
        return int(self._session.execute(waiting).scalar_one())

    def pending_in_all(self) -> int:
        """Return the points of all months that are approved and not yet final."""
        waiting = select(cast(func.coalesce(func.sum(pending.c.points), 0), BigInteger))
        return int(self._session.execute(waiting.where(pending.c.community == self._community)).scalar_one())

    def balances(self) -> dict[str, Row]:
        """Return, by kind of account, how many there are and what they hold; all of `posted` sums to zero."""
        summed = (
            select(
                accounts.c.kind,
                func.count().label("accounts"),
                *(cast(func.sum(accounts.c[name]), BigInteger).label(name) for name in ("posted", "held", "arrears")),
            )
            .where(accounts.c.community == self._community)
            .group_by(accounts.c.kind)
        )
        return {row["kind"]: dict(row) for row in self._session.execute(summed).mappings()}


def _points_in_books_of(kind: BookKind) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(transfers.c.points).filter(accounts.c.kind == kind), 0), BigInteger)
