"""Adds names of persons to rows: services return ids, only registry has the names."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, current_app

from contracts.errors import Unavailable
from gateway.services import registry
from gateway.ttl_cache import TTLCache

_CACHE_SECONDS = 30
_CACHE_SIZE = 20_000
_SYSTEM_ACTORS = {"clock": "系统按日历"}
"""Actors that are no persons."""


def with_person_names(rows: Iterable[Mapping[str, Any]], *keys: str, masked: bool = False) -> list[dict[str, Any]]:
    """Return the rows with `person_name` beside `person_id`, or for other `keys` `head_name` beside `head_id` etc.

    `masked` shortens names to 张*, as in public answers (R14). The name of an unknown or erased person is None.
    """
    keys, rows = keys or ("person_id",), list(rows)
    wanted = {row[key] for row in rows for key in keys if row.get(key)}
    found = find_names(wanted, masked)
    return [
        {**row, **{f"{key.removesuffix('_id')}_name": found.get(row.get(key)) for key in keys if key in row}}
        for row in rows
    ]


def with_step_names(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with `by_name` beside `by_id` in each of their `steps`."""
    rows = list(rows)
    steps = iter(with_person_names((step for row in rows for step in row["steps"]), "by_id"))
    return [{**row, "steps": [next(steps) for _ in row["steps"]]} for row in rows]


def find_names(ids: set[str], masked: bool) -> dict[str | None, str | None]:
    """Return the names of `ids`, asking registry once for all that are not cached.

    When registry is unavailable the missing names are left out, so that pages do not depend on it.
    """
    cache: TTLCache[dict[str | None, str | None]] = current_app.extensions["names"]
    found: dict[str | None, str | None] = {actor: _SYSTEM_ACTORS[actor] for actor in ids & _SYSTEM_ACTORS.keys()}
    for person in ids - found.keys():
        if (cached := cache.get((person, masked))) is not None:
            found |= cached
    if missing := sorted(ids - found.keys()):
        try:
            names = registry.names(ids=missing, masked=masked)
        except Unavailable:
            return found
        for person in missing:
            found[person] = names.get(person)
            cache.put((person, masked), {person: found[person]}, _CACHE_SECONDS)
    return found


def install(app: Flask) -> None:
    """Give `app` its cache of names."""
    app.extensions["names"] = TTLCache[dict[str | None, str | None]](_CACHE_SIZE)
