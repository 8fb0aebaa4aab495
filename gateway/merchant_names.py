"""Adds names of merchants to rows of other services, which have ids only."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, current_app

from contracts.errors import Unavailable
from contracts.rpc import Caller
from gateway.services import exchange
from gateway.ttl_cache import TTLCache

_CACHE_SECONDS = 60
_CACHE_SIZE = 5_000


def with_merchant_names(rows: Iterable[Mapping[str, Any]], who: Caller) -> list[dict[str, Any]]:
    """Return the rows of the caller's community with `merchant_name` beside `merchant_id`.

    It is None without a merchant, and while the exchange is unavailable.
    """
    rows = list(rows)
    found = _find_names({row["merchant_id"] for row in rows if row["merchant_id"]}, who)
    return [{**row, "merchant_name": found.get(row["merchant_id"])} for row in rows]


def _find_names(ids: set[str], who: Caller) -> dict[str, str]:
    cache: TTLCache[str] = current_app.extensions["merchant_names"]
    found = {id: name for id in ids if (name := cache.get((who["community"], id))) is not None}
    if missing := sorted(ids - found.keys()):
        try:
            names = exchange.merchant_names(actor=who, ids=missing)
        except Unavailable:
            return found
        for id, name in names.items():
            cache.put((who["community"], id), name, _CACHE_SECONDS)
        found |= names
    return found


def install(app: Flask) -> None:
    """Give `app` its cache of names."""
    app.extensions["merchant_names"] = TTLCache[str](_CACHE_SIZE)
