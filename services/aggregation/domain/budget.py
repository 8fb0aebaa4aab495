"""What the scheme costs: points that may still be spent, where they are going, and what another rulebook would cost.

A forecast is plain on purpose, so that a committee can redo it by hand: the mean of the last three whole months' net
issue (issued − redeemed − expired), added for each month to come, never below nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
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
class Act:
    """What one item earned in a month: final entries, and their points with corrections."""

    item: str
    entries: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """An item's month as it was, and as a draft would have scored it."""

    act: Act
    in_force: int | None
    """The item's score in the rulebook of that month; none for what no rulebook scores, as an inspection's award."""
    drafted: int | None
    """Its score in the draft; none if the draft has it no more."""

    @property
    def points(self) -> int:
        """As many times the drafted score as the points were times the score in force.

        So quantities and what judges adjusted keep their proportion. Caps are not counted again.
        """
        if not self.in_force:
            return self.act.points
        return _rounded(Decimal(self.act.points) * (self.drafted or 0) / self.in_force)


def rescore(acts: Sequence[Act], in_force: Mapping[str, int], drafted: Mapping[str, int]) -> list[Rescored]:
    """Each item's month under the draft; scores by item."""
    return [Rescored(act=act, in_force=in_force.get(act.item), drafted=drafted.get(act.item)) for act in acts]


def _before(period: str) -> str:
    year, month = map(int, period.split("-"))
    return f"{year - 1:04d}-12" if month == 1 else f"{year:04d}-{month - 1:02d}"


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
