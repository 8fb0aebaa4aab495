"""Months of posting: of one book, and of a whole community (R23)."""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.orm import Session

from services.aggregation.domain.budget import Earned, Month
from services.aggregation.domain.statements import Movements

_MONTH = "to_char(posted_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
_OF_A_BOOK = text(f"""
    SELECT {_MONTH} AS period, count(*) AS lines,
           coalesce(sum(t.points) FILTER (WHERE kind = 'credit'), 0)::bigint AS credited,
           coalesce(sum(t.points) FILTER (WHERE kind = 'reversal'), 0)::bigint AS reversed,
           coalesce(-sum(t.points) FILTER (WHERE kind = 'capture'), 0)::bigint AS spent,
           coalesce(sum(t.points) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded,
           coalesce(-sum(t.points) FILTER (WHERE kind = 'expiry'), 0)::bigint AS expired,
           coalesce(sum(t.points) FILTER (WHERE kind IN ('closing', 'merge')), 0)::bigint AS merged,
           coalesce(sum(e.amount), 0)::bigint AS posted
      FROM transfers t
      LEFT JOIN entries e ON e.community = t.community AND e.transfer = t.id AND e.account = t.book
     WHERE t.community = :community AND t.book = :book
     GROUP BY 1 ORDER BY 1
""")
_LINES = text("""
    SELECT t.*, coalesce(e.amount, 0) AS posted
      FROM transfers t
      LEFT JOIN entries e ON e.community = t.community AND e.transfer = t.id AND e.account = t.book
     WHERE t.community = :community AND t.book = :book
       AND t.posted_at >= :since AND t.posted_at < :until AND t.id > :after
     ORDER BY t.id LIMIT :limit
""")
_OF_A_COMMUNITY = text(f"""
    SELECT {_MONTH} AS period,
           coalesce(sum(points) FILTER (WHERE kind IN ('credit', 'reversal')), 0)::bigint AS issued,
           coalesce(-sum(points) FILTER (WHERE kind IN ('capture', 'refund')), 0)::bigint AS redeemed,
           coalesce(-sum(points) FILTER (WHERE kind = 'expiry'), 0)::bigint AS expired
      FROM transfers WHERE community = :community AND posted_at >= :since
     GROUP BY 1 ORDER BY 1
""")
_EARNED = text("""
    SELECT item, origin, count(*) FILTER (WHERE kind = 'credit') AS entries, sum(points)::bigint AS points
      FROM transfers
     WHERE community = :community AND period = :period AND kind IN ('credit', 'reversal')
     GROUP BY 1, 2
""")


class MonthRepository:
    """Sums transfers of one community by month."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def of_book(self, book: str) -> list[Movements]:
        """Return the months in which something was posted to the book, oldest first."""
        return [Movements(**row) for row in self._rows(_OF_A_BOOK, book=book)]

    def lines(self, book: str, since: datetime, until: datetime, limit: int, after: str | None) -> list[dict[str, Any]]:
        """Return the book's lines posted from `since` to before `until`, oldest first, after the id `after`."""
        values = {"book": book, "since": since, "until": until, "limit": limit, "after": after or ""}
        return [dict(row) for row in self._rows(_LINES, **values)]

    def of_community(self, since: datetime) -> list[Month]:
        """Return the months from `since` on in which points moved, oldest first."""
        return [Month(**row) for row in self._rows(_OF_A_COMMUNITY, since=since)]

    def earned(self, period: str) -> list[Earned]:
        """Return what each item earned for acts of that month."""
        return [Earned(**row) for row in self._rows(_EARNED, period=period)]

    def _rows(self, statement: TextClause, **values: Any) -> list[RowMapping]:
        return list(self._session.execute(statement, {"community": self._community, **values}).mappings())
