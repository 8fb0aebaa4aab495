"""Names beside ids. Services speak of persons by id alone; registry alone knows their names."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app

from contracts.errors import Unavailable
from gateway.rpc import rpc
from gateway.ttl_cache import TTLCache

_SECONDS = 30
_SIZE = 20_000
_NOBODY = {"clock": "系统按日历"}
"""What acts without being a person."""


def with_person_names(rows: Iterable[Mapping[str, Any]], *keys: str, masked: bool = False) -> list[dict[str, Any]]:
    """The rows, each with `person_name` beside `person_id` (the default), `head_name` beside `head_id`, and so on.

    `masked` gives 张* for public answers (R14). An unknown or erased person has the name None.
    """
    keys, rows = keys or ("person_id",), list(rows)
    wanted = {row[key] for row in rows for key in keys if row.get(key)}
    found = find_names(wanted, masked)
    return [
        {**row, **{f"{key.removesuffix('_id')}_name": found.get(row.get(key)) for key in keys if key in row}}
        for row in rows
    ]


def find_names(ids: set[str], masked: bool) -> dict[str | None, str | None]:
    """Names of `ids`: one question to registry for all that are not at hand.

    When registry does not answer they have no names: what a page is about must not wait for who is on it.
    """
    kept: TTLCache[dict[str | None, str | None]] = current_app.extensions["names"]
    found: dict[str | None, str | None] = {name: _NOBODY[name] for name in ids & _NOBODY.keys()}
    for person in ids - found.keys():
        if (at_hand := kept.get((person, masked))) is not None:
            found |= at_hand
    if missing := sorted(ids - found.keys()):
        try:
            answer: dict[str, str] = rpc.query("registry", "names", ids=missing, masked=masked)
        except Unavailable:
            return found
        for person in missing:
            found[person] = answer.get(person)
            kept.put((person, masked), {person: found[person]}, _SECONDS)
    return found


def install(app: Any) -> None:
    """Give `app` its memory of names."""
    app.extensions["names"] = TTLCache[dict[str | None, str | None]](_SIZE)
