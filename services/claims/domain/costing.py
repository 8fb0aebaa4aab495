"""Costing of a draft rulebook: the acts of a month are counted again under the draft's items and caps.

Acts are counted in the order of their days. Where a cap has room for a part of an act, that part counts: a declarer who
knew the cap would have declared that much. Adjustments by reviewers and corrections keep their proportion.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Literal

from contracts.claims import BookKind
from contracts.errors import Refusal
from contracts.policy import Policy
from services.claims.domain.rulebooks import Item, Rulebook


class ActKind(StrEnum):
    """How an act relates to the month."""

    FINAL = "final"
    """On the month's list, with final points."""
    WAITING = "waiting"
    """In the month, and not final yet."""
    UNCOUNTED = "uncounted"
    """Recorded by the platform, and not counted by the rules of its day (R11)."""
    EARLIER = "earlier"
    """Before the month, but counting towards a cap whose span reaches into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAct:
    """One act, with the facts that the draft's rules depend on."""

    kind: ActKind
    item: str
    person: str
    household: str | None
    book: BookKind
    day: date
    at: datetime
    """When it was declared or recorded, which orders the acts of one day."""
    quantity: int = 1
    evidence: int = 0
    """Number of its evidence files."""
    system_made: bool = False
    points: int = 0
    """As declared."""
    awarded: int = 0
    """Points after review and corrections."""


@dataclass(slots=True, kw_only=True)
class ItemCost:
    """The final acts of the month on one item, as they counted and under the draft."""

    item: str
    title: str
    in_force: int | None = None
    """Its score on the last day of the month; None if it was not an item then."""
    drafted: int | None = None
    """Its score in the draft; None if it is not an item there."""
    quantity: int = 0
    drafted_entries: int = 0
    drafted_quantity: int = 0
    drafted_points: int = 0
    newly_counted: int = 0
    """How many of `drafted_entries` are recorded acts that the rules of their day did not count."""


@dataclass(slots=True)
class WaitingCost:
    """The acts of the month that are not final yet: their points as declared or approved, and under the draft."""

    entries: int = 0
    points: int = 0
    drafted_points: int = 0


@dataclass(frozen=True, slots=True)
class UncountableItem:
    """An item under which the draft might pay for acts that nobody declared, so that their number is unknown."""

    item: str
    title: str
    reason: Literal["new_item", "admits_more"]


class Costing:
    """A month under a draft, by the community's `policy` of today."""

    def __init__(self, draft: Rulebook, in_force: Rulebook | None, policy: Policy) -> None:
        self.draft = draft
        self.items: dict[str, ItemCost] = {}
        self.waiting = WaitingCost()
        self._policy = policy
        self._in_force, self._drafted = _active_items(in_force), _active_items(draft)
        self._used: Counter[tuple[str, int, str, date]] = Counter()
        """(item, index of the cap, its subject, first day of the span) → what counts towards it."""

    def count(self, acts: Iterable[CountedAct]) -> None:
        """Count the acts in the order of their days."""
        for act in sorted(acts, key=lambda act: (act.day, act.at)):
            units = self._use_caps(act)
            self._add(act, units, self._points(act, units))

    def uncountable_items(self) -> Iterator[UncountableItem]:
        """Yield the draft's items under which acts might count that nobody declared, in the draft's order."""
        for code, item in self._drafted.items():
            in_force = self._in_force.get(code)
            if in_force is None:
                yield UncountableItem(code, item.title, "new_item")
            elif item.admits_more_than(in_force):
                yield UncountableItem(code, item.title, "admits_more")

    def _use_caps(self, act: CountedAct) -> int:
        """Return how many of the act's units the draft counts, and count them towards its caps."""
        item = self._drafted.get(act.item)
        if item is None:
            return 0
        units = min(act.quantity, item.max_quantity)
        try:
            item.require_claimable(
                quantity=units,
                book=act.book,
                evidence=act.evidence,
                policy=self._policy,
                system_made=act.system_made,
            )
        except Refusal:
            return 0
        caps = [
            (cap, (item.code, index, cap.subject_of(act.person, act.household), cap.window(act.day)[0]))
            for index, cap in enumerate(item.caps)
        ]
        for cap, key in caps:
            units = min(units, (cap.limit - self._used[key]) // item.amount(cap, 1))
        for cap, key in caps:
            self._used[key] += item.amount(cap, units)
        return units

    def _points(self, act: CountedAct, units: int) -> int:
        if not units:
            return 0
        full = self._drafted[act.item].score * units
        return _rounded(Decimal(full) * act.awarded / act.points) if act.points else full

    def _add(self, act: CountedAct, units: int, points: int) -> None:
        match act.kind:
            case ActKind.FINAL:
                cost = self._cost_of(act.item)
                cost.quantity += act.quantity
                _add_drafted(cost, units, points)
            case ActKind.UNCOUNTED if units:
                cost = self._cost_of(act.item)
                cost.newly_counted += 1
                _add_drafted(cost, units, points)
            case ActKind.WAITING:
                self.waiting.entries += 1
                self.waiting.points += act.awarded
                self.waiting.drafted_points += points

    def _cost_of(self, code: str) -> ItemCost:
        if code not in self.items:
            in_force, drafted = self._in_force.get(code), self._drafted.get(code)
            item = drafted or in_force
            self.items[code] = ItemCost(
                item=code,
                title=item.title if item else code,
                in_force=in_force.score if in_force else None,
                drafted=drafted.score if drafted else None,
            )
        return self.items[code]


def _active_items(rulebook: Rulebook | None) -> dict[str, Item]:
    return {item.code: item for item in rulebook.items if item.active} if rulebook else {}


def _add_drafted(cost: ItemCost, units: int, points: int) -> None:
    cost.drafted_entries += bool(units)
    cost.drafted_quantity += units
    cost.drafted_points += points


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
