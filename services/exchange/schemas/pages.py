"""Lists in pages."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def page(found: Sequence[T], limit: int, dump: Callable[[T], dict[str, Any]], key: str = "id") -> dict[str, Any]:
    """A page of at most `limit`, of `limit + 1` found; the cursor is the last one's key."""
    return paged([dump(each) for each in found[: limit + 1]], limit, key)


def paged(rows: Sequence[dict[str, Any]], limit: int, key: str = "id") -> dict[str, Any]:
    """`page` of what is JSON already."""
    data = list(rows[:limit])
    return {"data": data, "next_cursor": data[-1][key] if len(rows) > limit else None}
