"""Adds the titles of rulebook items to rows: services return item codes, claims has the titles."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app

from contracts.errors import NotFound
from contracts.rpc import Caller
from gateway.services import claims
from gateway.ttl_cache import TTLCache

_CACHE_SECONDS = 30
_CACHE_SIZE = 1000
_SYSTEM_ITEMS = {"inspection_rank": "卫生检查排名奖励"}
"""Items that no rulebook lists."""


def with_item_titles(rows: Iterable[Mapping[str, Any]], community: str | None) -> list[dict[str, Any]]:
    """Return the rows with `item_title` beside `item`.

    Titles are those of the community's current rulebook; an item it does not list keeps its code as title.
    """
    cache: TTLCache[dict[str, str]] = current_app.extensions.setdefault("items", TTLCache[dict[str, str]](_CACHE_SIZE))
    titles = cache.get_or(community, lambda: _fetch_titles(community), _CACHE_SECONDS)
    return [{**row, "item_title": titles.get(row["item"], row["item"])} for row in rows]


def _fetch_titles(community: str | None) -> dict[str, str]:
    anonymous: Caller = {"person": None, "community": community, "merchant": None}
    try:
        rulebook = claims.current_rulebook(actor=anonymous)
    except NotFound:
        return _SYSTEM_ITEMS
    return _SYSTEM_ITEMS | {item["code"]: item["title"] for item in rulebook["items"]}
