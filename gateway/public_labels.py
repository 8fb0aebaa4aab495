"""Finds what the public sees of people on lists (R14): services return ids, only registry knows whom a line fits."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, current_app

from contracts.calls.registry.public_labels import LabelKind, LabelSubject, PublicLabel, PublicView
from contracts.errors import Unavailable
from gateway.services import registry
from gateway.ttl_cache import TTLCache

_CACHE_SECONDS = 30
_CACHE_SIZE = 20_000
NO_LABEL: PublicLabel = {"name": None, "place": "none", "row": None, "courtyard_id": None, "courtyard_number": None}
"""What the public sees of somebody of whom it may see nothing."""


def find_labels(
    rows: Sequence[Mapping[str, Any]], community_id: str, view: PublicView, day: str, kind: LabelKind = "residents"
) -> list[PublicLabel]:
    """Return what the public sees of the person of each row, from its `person_id` and `courtyard_id`.

    Registry is asked once for all that are not cached. When it is unavailable nothing is shown of those, so that pages
    do not depend on it.
    """
    cache: TTLCache[PublicLabel] = current_app.extensions["labels"]
    scope = (community_id, tuple(sorted(view.items())), day, kind)
    keys = [(*scope, row.get("person_id"), row.get("courtyard_id")) for row in rows]
    found = {key: label for key in set(keys) if (label := cache.get(key)) is not None}
    if missing := sorted(set(keys) - found.keys(), key=str):
        subjects: list[LabelSubject] = [{"person_id": key[-2], "courtyard_id": key[-1]} for key in missing]
        try:
            labels = registry.public_labels(community_id=community_id, view=view, subjects=subjects, kind=kind, day=day)
        except Unavailable:
            labels = [NO_LABEL] * len(missing)
        else:
            for key, label in zip(missing, labels, strict=True):
                cache.put(key, label, _CACHE_SECONDS)
        found |= dict(zip(missing, labels, strict=True))
    return [found[key] for key in keys]


def place_title(label: PublicLabel) -> str:
    """Return the place of a label in words; empty when it shows none."""
    if label["place"] == "courtyard":
        return f"{label['courtyard_number']} 号院"
    return f"{label['row']} 排" if label["place"] == "row" else ""


def install(app: Flask) -> None:
    """Give `app` its cache of labels."""
    app.extensions["labels"] = TTLCache[PublicLabel](_CACHE_SIZE)
