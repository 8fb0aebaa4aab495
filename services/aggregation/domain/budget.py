"""The budget: outstanding points, their forecast, and what a draft rulebook would cost.

The forecast is simple enough for a committee to redo by hand: the mean of the last three whole months' net issue
(issued − redeemed − expired), added for each month to come, never below zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from contracts import calendar

BASIS, AHEAD = 3, 3
"""How many whole months a forecast is based on, and how many it predicts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Points of a whole community in one month of posting."""

    period: str
    issued: int = 0
    """Net of corrections."""
    redeemed: int = 0
    """Net of refunds."""
    expired: int = 0

    @property
    def net(self) -> int:
        return self.issued - self.redeemed - self.expired


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What will be outstanding at the end of each of the next months, if they are like the `basis` months."""

    basis: list[str]
    net_issue: int
    outstanding: dict[str, int]
    """By period."""


def forecast(months: Iterable[Month], outstanding: int, this_month: str) -> Forecast | None:
    """Return the forecast from the last whole months, three at most; None before the first whole month."""
    net = {month.period: month.net for month in months}
    basis: list[str] = []
    first = min(net, default=this_month)
    period = _before(this_month)
    while period >= first and len(basis) < BASIS:
        basis.insert(0, period)
        period = _before(period)
    if not basis:
        return None
    mean = _rounded(Decimal(sum(net.get(each, 0) for each in basis)) / len(basis))
    ahead, left = {}, outstanding
    period = this_month
    for _ in range(AHEAD):
        period, left = calendar.next_period(period), max(0, left + mean)
        ahead[period] = left
    return Forecast(basis=basis, net_issue=mean, outstanding=ahead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """One item's final entries of a month, and their points with corrections."""

    item: str
    origin: str
    """`claim`, scored by a rulebook; or `award`, which none scores."""
    entries: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An item's month as it was, and the points the draft would have given."""

    earned: Earned
    points: int


def drafted(earned: Iterable[Earned], costs: Mapping[str, int]) -> list[Drafted]:
    """Return each item's month under a draft; `costs` are the points by item of all that the draft scores.

    Awards keep their points; an item that the draft does not score costs nothing.
    """
    found = {(each.item, each.origin): each for each in earned}
    for item in costs:
        found.setdefault((item, "claim"), Earned(item=item, origin="claim"))
    return [
        Drafted(earned=each, points=each.points if each.origin == "award" else costs.get(item, 0))
        for (item, _), each in sorted(found.items())
    ]


def _before(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year - 1:04d}-12" if month == 1 else f"{year:04d}-{month - 1:02d}"


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
