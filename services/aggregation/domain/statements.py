"""Monthly statements of a book: opening balance, movements, closing balance (R23).

A month is that of the posting, in Asia/Shanghai, not of the act: so the statement of a past month never changes, and
its closing balance is what the passbook shows as of the month's last day.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts import calendar, errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Movements:
    """What was posted to a book in one month; spent and expired points are positive figures."""

    period: str
    credited: int = 0
    reversed: int = 0
    """Corrections; mostly negative."""
    spent: int = 0
    refunded: int = 0
    expired: int = 0
    merged: int = 0
    """Points of a household that merged into this one; negative when this one merged into another."""
    posted: int = 0
    """The change of the balance."""
    lines: int = 0

    @property
    def arrears(self) -> int:
        """Return what came from arrears; negative when arrears were repaid."""
        return self.posted - (self.credited + self.reversed - self.spent + self.refunded - self.expired + self.merged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """opening + credited + reversed − spent + refunded − expired + merged + arrears = closing."""

    movements: Movements
    opening: int
    ended: bool
    """Whether the month is over and the statement final."""

    @property
    def closing(self) -> int:
        return self.opening + self.movements.posted


def statements(moved: Iterable[Movements], this_month: str) -> list[Statement]:
    """Return a statement for each month from the first in `moved` to `this_month`, oldest first, without gaps."""
    by_period = {month.period: month for month in moved}
    made: list[Statement] = []
    period, balance = min(by_period, default=calendar.next_period(this_month)), 0
    while period <= this_month:
        month = by_period.get(period, Movements(period=period))
        made.append(Statement(movements=month, opening=balance, ended=period < this_month))
        balance, period = made[-1].closing, calendar.next_period(period)
    return made


def statement(moved: Iterable[Movements], period: str, this_month: str) -> Statement:
    """Return the statement of one month; all zero before the first line. Raises `Invalid` for a month to come."""
    if period > this_month:
        raise errors.Invalid("该月份尚未到来", [{"pointer": "/period", "detail": "不能晚于本月"}])
    nothing = Statement(movements=Movements(period=period), opening=0, ended=period < this_month)
    made = statements(moved, this_month)
    return next((each for each in made if each.movements.period == period), nothing)
