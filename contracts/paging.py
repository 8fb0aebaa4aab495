"""Lists in pages: `?limit=1..100&cursor=` in, `{data, next_cursor}` out; the same for every service.

A repository is asked for `limit + 1` rows: the extra one says whether there is a next page. The cursor is a text that
only the service that made it understands: the last row's id, or what else its list is ordered by.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, NotRequired, Self, TypedDict, TypeVar

import marshmallow as ma

from contracts import fields
from contracts.errors import Invalid
from contracts.rpc import CountedPage, Page
from contracts.schema import Doc

Row = TypeVar("Row")
Shown = TypeVar("Shown")

_SEPARATOR = "/"
_MOST_COUNTED = 10_000


class Limit(ma.fields.Integer):
    """How many rows a page has. A query parameter is text: "20" is a number here; " 20", "2_0" and "２０" are not."""

    def __init__(self, usual: int = 20, most: int = 100, **kwargs: Any) -> None:
        super().__init__(load_default=usual, validate=ma.validate.Range(1, most), **kwargs)

    def _validated(self, value: Any) -> int:
        if not re.fullmatch(r"\d{1,9}", str(value), re.ASCII):
            raise self.make_error("invalid", input=value)
        return int(super()._validated(value))


class PageQuery(TypedDict):
    """Which part of a list; inherit it to add filters."""

    limit: Annotated[int, Limit(), Doc("At most so many rows")]
    cursor: Annotated[str | None, fields.Text(500, load_default=None), Doc("`next_cursor` of the page before")]


class CountedQuery(PageQuery):
    """A list that is counted on demand; its query must be read by an index, so that 10,000 rows are counted quickly."""

    totals: Annotated[
        bool, fields.Boolean(load_default=False), Doc("With `total`: how long the whole list is, counted up to 10,000")
    ]


class ChangesQuery(CountedQuery):
    """A list that clients ask again and again; inherit it to add `status` or `state` of several values."""

    changed_since: NotRequired[
        Annotated[
            str, fields.Instant(), Doc("Only what changed then or later; ask from a minute before the last answer")
        ]
    ]


@dataclass(frozen=True)
class Selection:
    """Which rows of a list are asked for: those in one of `states` that changed since a time; all by default."""

    states: tuple[str, ...] = ()
    changed_since: datetime | None = None

    @classmethod
    def of(cls, states: Sequence[str] | str | None, changed_since: str | None) -> Self:
        """Return the selection of a call: several states, one, or None for all, and a time as RFC 3339."""
        given = (states,) if isinstance(states, str) else tuple(states or ())
        return cls(given, datetime.fromisoformat(changed_since) if changed_since else None)

    def conditions(self, state: Any, changed_at: Any) -> list[Any]:
        """Return the conditions of a query on its columns of state and last change."""
        by_state = [state.in_(self.states)] if self.states else []
        return by_state + ([changed_at >= self.changed_since] if self.changed_since else [])


EVERYTHING = Selection()


def page_of(
    rows: Sequence[Row],
    limit: int,
    show: Callable[[Row], Shown],
    cursor: Callable[[Row], object],
) -> Page[Shown]:
    """Return the first `limit` of the `limit + 1` rows asked for, shown, and the cursor of the last if more follow."""
    data = rows[:limit]
    return {
        "data": [show(row) for row in data],
        "next_cursor": str(cursor(data[-1])) if len(rows) > limit else None,
    }


def counted_page(
    rows: Sequence[Row],
    limit: int,
    show: Callable[[Row], Shown],
    cursor: Callable[[Row], object],
    *,
    count: Callable[[int], int] | None,
) -> CountedPage[Shown]:
    """Return `page_of` these rows with how many the whole list has.

    `count` returns that number, counted up to another one; None if it was not asked for.
    """
    page = page_of(rows, limit, show, cursor)
    if count is None:
        return {"data": page["data"], "next_cursor": page["next_cursor"]}
    found = count(_MOST_COUNTED + 1)
    return {**page, "total": min(found, _MOST_COUNTED), "total_is_more": found > _MOST_COUNTED}


def joined_cursor(*parts: object) -> str:
    """Return the cursor of a list that is ordered by several values."""
    return _SEPARATOR.join(part.isoformat() if isinstance(part, date) else str(part) for part in parts)


def cursor_parts(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """Return the values of a `joined_cursor`, each read by one of `kinds`; None for the first page.

    Raises `Invalid` for a text that is no such cursor.
    """
    if cursor is None:
        return None
    parts = cursor.split(_SEPARATOR, len(kinds) - 1)
    if len(parts) != len(kinds):
        raise invalid_cursor()
    try:
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except ValueError as error:
        raise invalid_cursor() from error


def number_cursor(cursor: str | None) -> int | None:
    """Return the number in a cursor; None for the first page. Raises `Invalid`."""
    found = cursor_parts(cursor, whole_number)
    return int(found[0]) if found else None


def whole_number(text: str) -> int:
    """Parse a number of up to nine digits. Raises ValueError."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def invalid_cursor() -> Invalid:
    """Return the refusal of a cursor that no page of this list has given."""
    return Invalid(errors=[{"pointer": "/cursor", "detail": "不是有效的游标", "in": "query"}])
