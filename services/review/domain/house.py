"""What a community has settled: its policy, and which months' lists are already out."""

from dataclasses import dataclass
from datetime import date

from contracts.calendar import next_period
from contracts.policy import Policy
from services.review.domain.months import MonthlyCalendar


@dataclass(frozen=True, kw_only=True)
class HouseRules:
    """The rules that hold while one thing is decided."""

    policy: Policy
    published: frozenset[str]
    """The periods whose list is public."""
    today: date

    def period_for(self, month: str) -> str:
        """The list an entry goes on: the month of the act, or the next month neither public nor cut off."""
        dates = MonthlyCalendar.of(self.policy)
        while month in self.published or dates.is_cut_off(month, self.today):
            month = next_period(month)
        return month
