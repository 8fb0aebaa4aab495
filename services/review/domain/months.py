"""The month's dates: until when an approval counts for its list, and when the clock publishes it (R13, R14)."""

from dataclasses import dataclass
from datetime import date, timedelta

from contracts.calendar import first_day, next_period, period_of
from contracts.policy import Policy


@dataclass(frozen=True, kw_only=True)
class MonthlyCalendar:
    """The dates a community has chosen; without a clock every list waits for the working group's hand."""

    by_the_clock: bool
    cut_off_day: int
    publication_day: int

    @classmethod
    def of(cls, policy: Policy) -> "MonthlyCalendar":
        return cls(by_the_clock=policy.calendar, cut_off_day=policy.cut_off_day, publication_day=policy.publication_day)

    def is_cut_off(self, period: str, today: date) -> bool:
        """Whether nothing more goes on the list of `period`: the cut-off is over."""
        return self.by_the_clock and today > first_day(next_period(period)).replace(day=self.cut_off_day)

    def latest_due(self, today: date) -> str | None:
        """The last month whose list is to be public by now, today or since days; none without a clock."""
        if not self.by_the_clock:
            return None
        publishing = period_of(today - timedelta(days=self.publication_day - 1))
        return period_of(first_day(publishing) - timedelta(days=1))
