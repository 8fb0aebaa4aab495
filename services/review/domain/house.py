"""What a community has settled: its policy, and which months' lists are already out."""

from dataclasses import dataclass

from contracts.calendar import next_period
from contracts.policy import Policy


@dataclass(frozen=True, kw_only=True)
class HouseRules:
    """The rules that hold while one thing is decided."""

    policy: Policy
    published: frozenset[str]
    """The periods whose list is public."""

    def period_for(self, month: str) -> str:
        """The list an entry goes on: the month of the act, or the next month not yet published."""
        while month in self.published:
            month = next_period(month)
        return month
