"""When points expire (R24): by lot, the earliest first.

A lot is what came in by one credit, less corrections of it; or by a refund, a merge, or a correction that gave more.
Lots are spent in order, so what a book has left is always its newest points. Hence lots need not be stored: of the
available points all expire except those that came in recently, and held points, being the earliest, are out of reach
until their hold ends.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that came in on one day, all of a book's together."""

    day: date
    points: int


@dataclass(frozen=True, slots=True)
class Expiry:
    """A community's rule (*policy*): after a number of months, at the end of the year, or never."""

    months: int | None = None
    year_end: bool = False

    @classmethod
    def of(cls, written: str) -> Self:
        """Parse a setting: `none`, `year_end`, or a number of months such as `12`."""
        return cls(months=int(written) if written.isdecimal() else None, year_end=written == "year_end")

    @property
    def never(self) -> bool:
        return self.months is None and not self.year_end

    def last_day_of(self, lot: date) -> date:
        """Return the last day on which points that came in on that day can be spent."""
        return _months_after(lot, self.months) if self.months else date(lot.year, 12, 31)

    def earliest_living(self, today: date) -> date:
        """Return the earliest day whose points can still be spent today."""
        if not self.months:
            return date(today.year, 1, 1)
        day = _months_after(today, -self.months)
        return day if self.last_day_of(day) >= today else day + timedelta(days=1)

    def ahead(self, available: int, lots: Iterable[Lot], today: date) -> list[Lot]:
        """Return how much of `available` expires at the end of which day, soonest first; `lots` are newest first.

        Points older than all `lots` expire today.
        """
        left, lapsing = available, dict[date, int]()
        for lot in lots:
            taken = min(lot.points, left)
            left -= taken
            last = self.last_day_of(lot.day)
            lapsing[last] = lapsing.get(last, 0) + taken
        lapsing[today] = lapsing.get(today, 0) + left
        return [Lot(day, points) for day, points in sorted(lapsing.items()) if points]


def _months_after(day: date, months: int) -> date:
    """Return the same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
