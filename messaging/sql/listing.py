"""Read the rows of a query page by page, and count them up to a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

Found = TypeVar("Found")


@dataclass(frozen=True)
class Listing(Generic[Found]):
    """The rows that `select` finds, ordered by `key`, a unique column; `whole_rows` of several columns or entities."""

    session: Session
    select: Select[*tuple[Any, ...]]
    key: ColumnElement[Any]
    newest_first: bool = True
    whole_rows: bool = False

    def all(self) -> Sequence[Found]:
        """Return all rows."""
        return self.page(None)

    def page(self, limit: int | None, after: object = None) -> Sequence[Found]:
        """Return up to `limit` rows after the one whose key is `after`."""
        rows = self.select
        if after is not None:
            rows = rows.where(self.key < after if self.newest_first else self.key > after)
        rows = rows.order_by(self.key.desc() if self.newest_first else self.key).limit(limit)
        found = self.session.execute(rows)
        return found.all() if self.whole_rows else found.scalars().all()  # type: ignore[return-value]

    def count(self, most: int) -> int:
        """Return how many rows there are, counted up to `most`."""
        return counted(self.session, self.select, most)


def counted(session: Session, rows: Select[*tuple[Any, ...]], most: int) -> int:
    """Return how many rows a query finds, counted up to `most`."""
    return session.scalar(select(func.count()).select_from(rows.limit(most).subquery())) or 0
