"""The months a board or a ledger covers: one, a quarter, a year, or all (R23)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from contracts import calendar, errors

_FORMS = re.compile(r"(?P<year>20\d\d)(-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?|all")


@dataclass(frozen=True, slots=True)
class Span:
    """The months from `first` to `last`, both included and written `2026-11`."""

    first: str
    last: str

    @classmethod
    def of(cls, written: str) -> Self:
        """Return the span of `2026-11`, `2026-Q4`, `2026` or `all`. Raises `Invalid` for anything else."""
        form = _FORMS.fullmatch(written)
        if form is None:
            wrong = {"pointer": "/period", "detail": "应为 2026-11、2026-Q4、2026 或 all"}
            raise errors.Invalid(f"不认识的期间：{written}", [wrong])
        year, month, quarter = form.group("year", "month", "quarter")
        if year is None:
            return cls("2000-01", "2099-12")
        if month:
            return cls(f"{year}-{month}", f"{year}-{month}")
        if quarter:
            return cls(f"{year}-{int(quarter) * 3 - 2:02d}", f"{year}-{int(quarter) * 3:02d}")
        return cls(f"{year}-01", f"{year}-12")

    def last_day(self, today: date) -> date:
        """Return the last day of the span up to today: averages count the households of that day."""
        return min(calendar.first_day(calendar.next_period(self.last)) - timedelta(days=1), today)
