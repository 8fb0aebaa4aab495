"""Titles beside item codes. Services speak of items by code; the rulebook in claims has their titles."""

from collections.abc import Iterable
from typing import Any

from flask import current_app

from contracts.errors import NotFound
from gateway.rpc import rpc
from gateway.ttl_cache import TTLCache

_SECONDS = 30
_NOT_IN_A_RULEBOOK = {"inspection_rank": "卫生检查排名奖励"}


def with_item_titles(rows: Iterable[dict[str, Any]], community: str) -> list[dict[str, Any]]:
    """The rows with `item_title` beside `item`, by the rulebook in force today; an older item keeps its code."""
    kept: TTLCache[dict[str, str]] = current_app.extensions.setdefault("items", TTLCache[dict[str, str]](1000))
    titles = kept.get_or(community, lambda: _titles(community), _SECONDS)
    return [row | {"item_title": titles.get(row["item"], row["item"])} for row in rows]


def _titles(community: str) -> dict[str, str]:
    nobody = {"person": None, "community": community, "merchant": None}
    try:
        rulebook = rpc.query("claims", "current_rulebook", actor=nobody)
    except NotFound:
        return _NOT_IN_A_RULEBOOK
    return _NOT_IN_A_RULEBOOK | {item["code"]: item["title"] for item in rulebook["items"]}
