"""When points lapse (R24): by lot, the earliest first.

A lot is what came in by one credit, less what corrections took of it; or by a refund, a merge, or a correction that
gave more. Lots are spent in the order in which they came, so what a book has left is always its youngest points. That
is why no lot is written down: of `available` points all lapse but those that came in recently, and points that are
held, being the earliest, are out of reach until their hold ends.
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
    """A community's rule (*policy*): after so many months, at the end of the year, or never."""

    months: int | None = None
    year_end: bool = False

    @classmethod
    def of(cls, written: str) -> Self:
        """`none`, `year_end`, or a number of months such as `12`."""
        return cls(months=int(written) if written.isdecimal() else None, year_end=written == "year_end")

    @property
    def never(self) -> bool:
        return self.months is None and not self.year_end

    def last_day_of(self, lot: date) -> date:
        """The last day on which points that came in on that day can be spent."""
        return _months_after(lot, self.months) if self.months else date(lot.year, 12, 31)

    def earliest_living(self, today: date) -> date:
        """The earliest day whose points can still be spent today."""
        if not self.months:
            return date(today.year, 1, 1)
        day = _months_after(today, -self.months)
        return day if self.last_day_of(day) >= today else day + timedelta(days=1)

    def ahead(self, available: int, lots: Iterable[Lot], today: date) -> list[Lot]:
        """What of `available` lapses at the end of which day, soonest first; `lots` are the youngest first.

        What is older than all `lots` lapses next.
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
    """The same day of another month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
