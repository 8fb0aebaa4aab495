"""What the scheme costs: points that may still be spent, where they are going, and what another rulebook would cost.

A forecast is plain on purpose, so that a committee can redo it by hand: the mean of the last three whole months' net
issue (issued − redeemed − expired), added for each month to come, never below nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from contracts import calendar

BASIS, AHEAD = 3, 3
"""How many whole months a forecast is taken from, and how many it looks ahead."""


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
    """What will be outstanding at the end of each of the next months, if they are like the `basis`."""

    basis: list[str]
    net_issue: int
    outstanding: dict[str, int]
    """By period."""


def forecast(months: Iterable[Month], outstanding: int, this_month: str) -> Forecast | None:
    """From the last whole months, three at most; none before the first whole month."""
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
    """What one item earned in a month: final entries, and their points with corrections."""

    item: str
    origin: str
    """`claim`, scored by a rulebook; or `award`, which none scores."""
    entries: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """An item's month as it was, and what the draft would have paid for the same."""

    earned: Earned
    points: int


def drafted(earned: Iterable[Earned], costs: Mapping[str, int]) -> list[Drafted]:
    """Each item's month under a draft; `costs` are the points by item of all that the draft scores.

    An award costs what it did, an item the draft does not score nothing.
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
