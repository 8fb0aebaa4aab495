"""Lots: points that came into books, by day, less what corrections took of them (R24)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.aggregation.domain import Lot

_LOTS = """
    WITH taken AS (
        SELECT reverses, sum(points) AS points FROM transfers
         WHERE community = :community AND kind = 'reversal' AND points < 0 {of_books} GROUP BY 1
    ), lots AS (
        SELECT t.book, t.posted_at,
               greatest(t.points + CASE t.kind WHEN 'credit' THEN coalesce(taken.points, 0) ELSE 0 END, 0) AS points
          FROM transfers t LEFT JOIN taken ON taken.reverses = t.source
         WHERE t.community = :community AND t.posted_at >= :since AND t.points > 0
           AND t.kind IN ('credit', 'reversal', 'refund', 'merge') {of_books}
    )
"""
_OF_ALL = _LOTS.format(of_books="")
_OF_SOME = _LOTS.format(of_books="AND book = ANY(:books)")
_LAPSING = text(
    _OF_ALL
    + """
    SELECT id FROM accounts a LEFT JOIN (SELECT book, sum(points) AS points FROM lots GROUP BY 1) l ON l.book = a.id
     WHERE a.community = :community AND a.kind IN ('household', 'head')
       AND a.posted - a.held > coalesce(l.points, 0)
    """
)
_LIVING = text(_OF_SOME + "SELECT book, sum(points)::bigint FROM lots GROUP BY 1")
_YOUNGEST_FIRST = text(
    _OF_SOME
    + """
    SELECT (posted_at AT TIME ZONE 'Asia/Shanghai')::date AS day, sum(points)::bigint AS points
      FROM lots GROUP BY 1 HAVING sum(points) > 0 ORDER BY 1 DESC
    """
)


class LotRepository:
    """Derives the lots of one community's books from transfers; `since` leaves older ones out."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def lapsing(self, since: datetime) -> list[str]:
        """Return the books that have more available than came in since."""
        return list(self._session.scalars(_LAPSING, {"community": self._community, "since": since}))

    def living(self, since: datetime, books: Iterable[str]) -> dict[str, int]:
        """Return what came into each of these books since; books into which nothing came are left out."""
        return dict(self._session.execute(_LIVING, self._of(since, books)).all())

    def of_book(self, since: datetime, book: str) -> list[Lot]:
        """Return a book's lots by day, the newest first."""
        return [Lot(day, points) for day, points in self._session.execute(_YOUNGEST_FIRST, self._of(since, [book]))]

    def _of(self, since: datetime, books: Iterable[str]) -> dict[str, object]:
        return {"community": self._community, "since": since, "books": list(books)}
