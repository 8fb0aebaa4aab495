"""What a draft rulebook would have cost on a month's acts: each of them counted again under the draft's lines and caps.

Acts are counted in the order of their days. Where a cap leaves room for a part of an act, that part counts: whoever
knew the cap would have declared as much. What a judge or a correction made of an act keeps its proportion.
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
from services.claims.domain.rulebook import Item, Rulebook


class Part(StrEnum):
    """Why an act is counted again."""

    FINAL = "final"
    """The month's list has it, and its points are final."""
    WAITING = "waiting"
    """Declared for the month and not final yet, or not even approved."""
    UNCOUNTED = "uncounted"
    """The platform's record says that it happened; the rules of its day did not count it (R11)."""
    BEFORE = "before"
    """Not the month's, but it takes from a cap that reaches into the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act, with what the rules of the draft ask of it."""

    part: Part
    item: str
    person: str
    household: str | None
    book: BookKind
    day: date
    at: datetime
    """When it was declared or recorded: of one day's acts the first comes first."""
    quantity: int = 1
    evidence: int = 0
    """How many pieces of proof it has."""
    system_made: bool = False
    points: int = 0
    """As declared."""
    awarded: int = 0
    """Of those, what judges and corrections left."""


@dataclass(slots=True, kw_only=True)
class Cost:
    """One item's final acts of the month as they were and under the draft, with what would have counted besides."""

    item: str
    title: str
    in_force: int | None = None
    """Its score on the month's last day; none when it was no item."""
    drafted: int | None = None
    """Its score in the draft; none when it is no item there."""
    quantity: int = 0
    drafted_entries: int = 0
    drafted_quantity: int = 0
    drafted_points: int = 0
    newly_counted: int = 0
    """How many of `drafted_entries` are acts on record that the rules of their day did not count."""


@dataclass(slots=True)
class Waiting:
    """The month's acts that are not final yet: what they were declared or approved for, and what by the draft."""

    entries: int = 0
    points: int = 0
    drafted_points: int = 0


@dataclass(frozen=True, slots=True)
class Unseen:
    """An item of which the draft would have paid for acts that nobody declared, so that nobody can know how many."""

    item: str
    title: str
    reason: Literal["new_item", "admits_more"]


class Costing:
    """A month under a draft; `policy` is the community's of today."""

    def __init__(self, draft: Rulebook, in_force: Rulebook | None, policy: Policy) -> None:
        self.draft = draft
        self.items: dict[str, Cost] = {}
        self.waiting = Waiting()
        self._policy = policy
        self._standing, self._drafted = _lines(in_force), _lines(draft)
        self._used: Counter[tuple[str, int, str, date]] = Counter()
        """(item, place of the cap, whose, since when) → what is taken from it."""

    def count(self, deeds: Iterable[Deed]) -> None:
        """Count all of them, in the order of their days."""
        for deed in sorted(deeds, key=lambda deed: (deed.day, deed.at)):
            units = self._units(deed)
            self._enter(deed, units, self._worth(deed, units))

    def unseen(self) -> Iterator[Unseen]:
        """Items of the draft under which acts would count that left no trace, in the draft's order."""
        for code, item in self._drafted.items():
            standing = self._standing.get(code)
            if standing is None:
                yield Unseen(code, item.title, "new_item")
            elif item.admits_more_than(standing):
                yield Unseen(code, item.title, "admits_more")

    def _units(self, deed: Deed) -> int:
        """How many of the act's units the draft counts; they take from its caps."""
        item = self._drafted.get(deed.item)
        if item is None:
            return 0
        units = min(deed.quantity, item.max_quantity)
        try:
            item.admit(
                quantity=units,
                book=deed.book,
                evidence=deed.evidence,
                policy=self._policy,
                system_made=deed.system_made,
            )
        except Refusal:
            return 0
        taken_from = [
            (cap, (item.code, place, cap.whose(deed.person, deed.household), cap.window(deed.day)[0]))
            for place, cap in enumerate(item.caps)
        ]
        for cap, key in taken_from:
            units = min(units, (cap.limit - self._used[key]) // item.amount(cap, 1))
        for cap, key in taken_from:
            self._used[key] += item.amount(cap, units)
        return units

    def _worth(self, deed: Deed, units: int) -> int:
        if not units:
            return 0
        full = self._drafted[deed.item].score * units
        return _rounded(Decimal(full) * deed.awarded / deed.points) if deed.points else full

    def _enter(self, deed: Deed, units: int, points: int) -> None:
        match deed.part:
            case Part.FINAL:
                cost = self._cost(deed.item)
                cost.quantity += deed.quantity
                _add(cost, units, points)
            case Part.UNCOUNTED if units:
                cost = self._cost(deed.item)
                cost.newly_counted += 1
                _add(cost, units, points)
            case Part.WAITING:
                self.waiting.entries += 1
                self.waiting.points += deed.awarded
                self.waiting.drafted_points += points

    def _cost(self, code: str) -> Cost:
        if code not in self.items:
            standing, drafted = self._standing.get(code), self._drafted.get(code)
            named = drafted or standing
            self.items[code] = Cost(
                item=code,
                title=named.title if named else code,
                in_force=standing.score if standing else None,
                drafted=drafted.score if drafted else None,
            )
        return self.items[code]


def _lines(rulebook: Rulebook | None) -> dict[str, Item]:
    return {item.code: item for item in rulebook.items if item.active} if rulebook else {}


def _add(cost: Cost, units: int, points: int) -> None:
    cost.drafted_entries += bool(units)
    cost.drafted_quantity += units
    cost.drafted_points += points


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
