"""Caps: how much of one item a person or a household may claim in a day, week, month or year (R7)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from contracts.errors import CapReached

Counts = Literal["points", "times"]
Span = Literal["day", "week", "month", "year"]
Subject = Literal["person", "household"]

_SPANS: dict[Span, str] = {"day": "每日", "week": "每周", "month": "每月", "year": "每年"}
_AROUND: dict[Span, tuple[Span, ...]] = {
    "day": ("day", "week", "month", "year"),
    "week": ("week",),
    "month": ("month", "year"),
    "year": ("year",),
}
"""In which spans one always lies whole: a week may lie in two months."""
_SUBJECTS: dict[Subject, str] = {"person": "每人", "household": "每户"}
_UNITS: dict[Counts, str] = {"points": "分", "times": "次"}


@dataclass(frozen=True, kw_only=True)
class Cap:
    """At most `limit` points, or `limit` times the item's unit, `per` span `of` person or household.

    A claim of quantity 3 is three times: a cap cannot be passed by putting more into one claim.
    """

    counts: Counts
    limit: int
    per: Span
    of: Subject = "person"

    def whose(self, person: str, household: str | None) -> str:
        """Whose cap an act takes from; somebody without a household is a household of his own."""
        return household or person if self.of == "household" else person

    def counts_all_that(self, other: "Cap") -> bool:
        """Whether whatever `other` counts together, this one does too."""
        return self.per in _AROUND[other.per] and self.of in ("household", other.of)

    def window(self, day: date) -> tuple[date, date]:
        """The span around `day`: its first day, and the first day after it. Weeks begin on Monday."""
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

    def admit(self, asked: int, used: int, day: date) -> None:
        """Whether `asked` more fit on `day` beside the `used` ones; `CapReached` says which cap and when it frees."""
        if used + asked <= self.limit:
            return
        frees_on = self.window(day)[1]
        raise CapReached(
            f"此项目{self}，该时段已用 {used}，本次申报 {asked}；{frees_on:%Y-%m-%d} 起的行为可重新计算",
            facts={
                "cap": {self.counts: self.limit, "per": self.per, "of": self.of},
                "used": used,
                "asked": asked,
                "limit": self.limit,
                "frees_on": frees_on.isoformat(),
            },
        )

    def __str__(self) -> str:
        return f"{_SUBJECTS[self.of]}{_SPANS[self.per]}最多 {self.limit} {_UNITS[self.counts]}"
