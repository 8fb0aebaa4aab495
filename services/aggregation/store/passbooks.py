"""Reading one book: what it holds now or held at the end of a day, and its lines (R23)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from services.aggregation.domain import ARREARS, BOOKS, EARNING
from services.aggregation.store.tables import accounts, entries, holds, pending, transfers

Row = dict[str, Any]


class Passbooks:
    """Questions about one account of one community."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_open(self, community: str, account: str) -> bool:
        """Whether there is such a book; the community's own accounts are none."""
        book = select(accounts.c.id).where(
            accounts.c.community == community, accounts.c.id == account, accounts.c.kind.in_(BOOKS)
        )
        return self._session.scalar(book) is not None

    def now(self, community: str, account: str) -> Row | None:
        """Its figures as they stand; none for a book that was never opened."""
        waiting = (
            select(func.coalesce(func.sum(pending.c.points), 0))
            .where(pending.c.community == community, pending.c.book == account)
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
            ).where(accounts.c.community == community, accounts.c.id == account)
        ).one_or_none()
        return dict(found._mapping) if found else None

    def until(self, community: str, account: str, end: datetime) -> Row:
        """Its figures as they stood just before `end`, from the ledger itself."""
        mine = and_(transfers.c.community == community, transfers.c.book == account, transfers.c.posted_at < end)
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
            .join_from(holds, accounts, and_(accounts.c.community == community, accounts.c.id == holds.c.account))
            .where(
                holds.c.community == community,
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

    def lines(self, community: str, account: str, limit: int, before: str | None) -> list[Row]:
        """Its transfers, newest first, from the one after `before`; `posted` is what each changed the balance by."""
        in_the_book = and_(_of_transfer, entries.c.account == transfers.c.book)
        lines = (
            select(transfers, func.coalesce(entries.c.amount, 0).label("posted"))
            .outerjoin(entries, in_the_book)
            .where(transfers.c.community == community, transfers.c.book == account)
        )
        if before:
            lines = lines.where(transfers.c.id < before)
        newest = lines.order_by(transfers.c.id.desc()).limit(limit)
        return [dict(row) for row in self._session.execute(newest).mappings()]


_of_transfer = and_(entries.c.community == transfers.c.community, entries.c.transfer == transfers.c.id)
