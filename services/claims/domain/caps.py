"""Caps: how much of one item a person or a household may claim in a day, week, month or year (R7)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from contracts.errors import CapReached

Counts = Literal["points", "times"]
Span = Literal["day", "week", "month", "year"]
Subject = Literal["person", "household"]

_SPAN_TITLES: dict[Span, str] = {"day": "每日", "week": "每周", "month": "每月", "year": "每年"}
_CONTAINING_SPANS: dict[Span, tuple[Span, ...]] = {
    "day": ("day", "week", "month", "year"),
    "week": ("week",),
    "month": ("month", "year"),
    "year": ("year",),
}
"""The spans that always contain the whole of another; a week may lie in two months."""
_SUBJECT_TITLES: dict[Subject, str] = {"person": "每人", "household": "每户"}
_UNIT_TITLES: dict[Counts, str] = {"points": "分", "times": "次"}


@dataclass(frozen=True, kw_only=True)
class Cap:
    """At most `limit` points, or `limit` times the item's unit, `per` span `of` a person or a household.

    A claim of quantity 3 counts three times, so that a larger claim does not get around the cap.
    """

    counts: Counts
    limit: int
    per: Span
    of: Subject = "person"

    def subject_of(self, person: str, household: str | None) -> str:
        """Return the id whose acts count together; a person without a household counts as one of their own."""
        return household or person if self.of == "household" else person

    def covers(self, other: "Cap") -> bool:
        """Return whether this cap counts together everything that `other` counts together."""
        return self.per in _CONTAINING_SPANS[other.per] and self.of in ("household", other.of)

    def window(self, day: date) -> tuple[date, date]:
        """Return the first day of the span around `day`, and the first day after it. Weeks begin on Monday."""
        match self.per:
            case "day":
                return day, day + timedelta(days=1)
            case "week":
                monday = day - timedelta(days=day.weekday())
                return monday, monday + timedelta(days=7)
            case "month":
                first = day.replace(day=1)
                return first, (first + timedelta(days=31)).replace(day=1)
            case "year":
                return date(day.year, 1, 1), date(day.year + 1, 1, 1)

    def require_room(self, amount: int, used: int, day: date) -> None:
        """Raise `CapReached` unless `amount` fits on `day` beside what is `used`."""
        if used + amount <= self.limit:
            return
        frees_on = self.window(day)[1]
        raise CapReached(
            f"此项目{self}，该时段已用 {used}，本次申报 {amount}；{frees_on:%Y-%m-%d} 起的行为可重新计算",
            facts={
                "cap": {self.counts: self.limit, "per": self.per, "of": self.of},
                "used": used,
                "asked": amount,
                "limit": self.limit,
                "frees_on": frees_on.isoformat(),
            },
        )

    def __str__(self) -> str:
        return f"{_SUBJECT_TITLES[self.of]}{_SPAN_TITLES[self.per]}最多 {self.limit} {_UNIT_TITLES[self.counts]}"
