"""The rules of a community by which one decision or publication is made."""

from dataclasses import dataclass
from datetime import date

from contracts.calendar import next_period
from contracts.policy import Policy
from services.review.domain.monthly_calendar import MonthlyCalendar


@dataclass(frozen=True, kw_only=True)
class CommunityRules:
    """A community's policy, and the months whose lists are already closed."""

    policy: Policy
    closed: frozenset[str]
    """Months that have a publication; nothing more goes on their lists."""
    today: date

    def period_for(self, month: str) -> str:
        """Return the month whose list an entry goes on: that of the deed, or the next neither closed nor cut off."""
        calendar = MonthlyCalendar.of(self.policy)
        while month in self.closed or calendar.is_cut_off(month, self.today):
            month = next_period(month)
        return month
