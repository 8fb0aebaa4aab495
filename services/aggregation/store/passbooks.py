"""Passbooks: figures of one account now or at the end of a day, and its lines (R23)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from services.aggregation.domain import ARREARS, BOOKS, EARNING
from services.aggregation.store.tables import accounts, entries, holds, pending, transfers

Row = dict[str, Any]


class PassbookRepository:
    """Reads accounts of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def exists(self, account: str) -> bool:
        """Return whether there is such a book; the community's own accounts are no books."""
        book = select(accounts.c.id).where(
            accounts.c.community == self._community, accounts.c.id == account, accounts.c.kind.in_(BOOKS)
        )
        return self._session.scalar(book) is not None

    def now(self, account: str) -> Row | None:
        """Return a book's current figures; None for one that was never opened."""
        waiting = (
            select(func.coalesce(func.sum(pending.c.points), 0))
            .where(pending.c.community == self._community, pending.c.book == account)
            .scalar_subquery()
        )
        found = self._session.execute(
            select(
                accounts.c.posted,
                accounts.c.held,
                accounts.c.arrears,
                accounts.c.cumulative,
                accounts.c.merged_into,
                cast(waiting, BigInteger).label("pending"),
            ).where(accounts.c.community == self._community, accounts.c.id == account)
        ).one_or_none()
        return dict(found._mapping) if found else None

    def until(self, account: str, end: datetime) -> Row:
        """Return a book's figures just before `end`, computed from the ledger."""
        mine = and_(transfers.c.community == self._community, transfers.c.book == account, transfers.c.posted_at < end)
        points, cumulative = self._session.execute(
            select(
                func.coalesce(func.sum(transfers.c.points), 0),
                func.coalesce(func.sum(transfers.c.points).filter(transfers.c.kind.in_(EARNING)), 0),
            ).where(mine)
        ).one()
        arrears = -self._session.execute(
            select(func.coalesce(func.sum(entries.c.amount), 0))
            .join_from(transfers, entries, _of_transfer)
            .where(mine, entries.c.account == ARREARS)
        ).scalar_one()
        merged = case((accounts.c.merged_at < end, accounts.c.merged_into), else_=accounts.c.id)
        held = self._session.execute(
            select(func.coalesce(func.sum(holds.c.points), 0))
            .join_from(holds, accounts, and_(accounts.c.community == self._community, accounts.c.id == holds.c.account))
            .where(
                holds.c.community == self._community,
                or_(accounts.c.id == account, accounts.c.merged_into == account),
                merged == account,
                holds.c.placed_at < end,
                holds.c.state != "refused",
                or_(holds.c.ended_at.is_(None), holds.c.ended_at >= end),
            )
        ).scalar_one()
        return {
            "posted": int(points + arrears),
            "held": int(held),
            "arrears": int(arrears),
            "cumulative": int(cumulative),
            "pending": None,
            "merged_into": None,
        }

    def lines(self, account: str, limit: int, before: str | None) -> list[Row]:
        """Return a book's transfers older than `before`, newest first; `posted` is the change of the balance."""
        in_the_book = and_(_of_transfer, entries.c.account == transfers.c.book)
        lines = (
            select(transfers, func.coalesce(entries.c.amount, 0).label("posted"))
            .outerjoin(entries, in_the_book)
            .where(transfers.c.community == self._community, transfers.c.book == account)
        )
        if before:
            lines = lines.where(transfers.c.id < before)
        newest = lines.order_by(transfers.c.id.desc()).limit(limit)
        return [dict(row) for row in self._session.execute(newest).mappings()]


_of_transfer = and_(entries.c.community == transfers.c.community, entries.c.transfer == transfers.c.id)
