"""By which changes a rulebook gives more, or takes more, than the one before: they need a second person (R7)."""

from collections.abc import Callable, Mapping
from typing import Any

from services.claims.domain.rulebooks import Item, Rulebook


def _is_higher(before: Any, after: Any) -> bool:
    return bool(after > before)


def _is_off(before: Any, after: Any) -> bool:
    return bool(before and not after)


def _is_on(before: Any, after: Any) -> bool:
    return bool(after and not before)


def _differs(before: Any, after: Any) -> bool:
    return bool(after != before)


def _is_wider(before: Any, after: Any) -> bool:
    return before != "both" and _differs(before, after)


def _gives_or_takes_more(before: Any, after: Any) -> bool:
    """Return whether a positive score rises, or a deduction changes at all."""
    return bool(after > before or (after != before and after < 0))


def _never(before: Any, after: Any) -> bool:
    return False


FIELDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "code": (_never, "another code is another item"),
    "category": (_never, "only where boards count it"),
    "title": (_differs, "it says for which deed there are points"),
    "score": (_gives_or_takes_more, "how many points a deed gives, or takes"),
    "unit": (_differs, "it says for how much of a deed there are points"),
    "max_quantity": (_is_higher, "one claim counts more often"),
    "claimable_by": (_is_wider, "more people claim it"),
    "evidence_required": (_is_off, "nobody sees proof"),
    "deduction": (_differs, "points given become points taken"),
    "system": (_differs, "who records it, and whether anybody reviews it first"),
    "public": (_differs, "whether lists name who did it"),
    "caps": (_never, "compared as a whole, by what they let through"),
    "active": (_is_on, "an item that gave nothing gives points"),
}
"""Every field of `Item`: whether a change of it gives or takes more, and why that matters."""


def loosened_items(before: Rulebook, after: Rulebook) -> tuple[str, ...]:
    """Return the codes of items by which somebody gets more points, or loses or escapes more, than before."""
    known = {item.code: item for item in before.items}
    changed = {item.code for item in after.items if item.active and _gives_more(known.get(item.code), item)}
    kept = {item.code for item in after.items if item.active}
    spared = {item.code for item in before.items if item.active and item.deduction and item.code not in kept}
    return tuple(sorted(changed | spared))


def _gives_more(before: Item | None, after: Item) -> bool:
    if before is None or after.admits_more_than(before):
        return True
    return any(looser(getattr(before, name), getattr(after, name)) for name, (looser, _) in FIELDS.items())
