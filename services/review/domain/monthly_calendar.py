"""A month's dates: the last day of approvals for its list, and the day of its automatic publication (R13, R14)."""

from dataclasses import dataclass
from datetime import date, timedelta

from contracts.calendar import first_day, next_period, period_of
from contracts.policy import Policy


@dataclass(frozen=True, kw_only=True)
class MonthlyCalendar:
    """The dates a community has chosen. Unless `automatic`, the working group publishes and settles every list."""

    automatic: bool
    cut_off_day: int
    publication_day: int

    @classmethod
    def of(cls, policy: Policy) -> "MonthlyCalendar":
        return cls(automatic=policy.calendar, cut_off_day=policy.cut_off_day, publication_day=policy.publication_day)

    def is_cut_off(self, period: str, today: date) -> bool:
        """Return whether the cut-off of `period` has passed: nothing more goes on its list."""
        last_day = self.cut_off_on(period)
        return last_day is not None and today > last_day

    def cut_off_on(self, period: str) -> date | None:
        """Return the last day of approvals for the list of `period`; None unless `automatic`."""
        return first_day(next_period(period)).replace(day=self.cut_off_day) if self.automatic else None

    def publishes_on(self, period: str) -> date | None:
        """Return the day on which the list of `period` is published by itself; None unless `automatic`."""
        return first_day(next_period(period)).replace(day=self.publication_day) if self.automatic else None

    def latest_due(self, today: date) -> str | None:
        """Return the last month whose list is due for publication by `today`; None unless `automatic`."""
        if not self.automatic:
            return None
        publishing = period_of(today - timedelta(days=self.publication_day - 1))
        return period_of(first_day(publishing) - timedelta(days=1))
