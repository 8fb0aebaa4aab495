"""What one person may approve and correct in a day (R13, R16), and the alert before they reach it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from contracts.errors import DailyLimitReached
from contracts.review import DailyLimitApproached, LimitedDuty

_ALERT_PERCENT = 80


@dataclass(kw_only=True)
class DailyLimit:
    """One person's points of a day under one duty: approved, or added by corrections they confirmed."""

    community: str
    person: str
    duty: LimitedDuty
    day: date
    limit: int
    used: int
    """What they had used when the transaction began, then with `add`."""

    def __post_init__(self) -> None:
        self._used_before = self.used

    def require_room(self, points: int) -> None:
        """Raise `DailyLimitReached` unless so many more points fit in the day; lower scores always do."""
        if points > 0 and self.used + points > self.limit:
            raise DailyLimitReached(facts={"limit": self.limit, "used": self.used})

    def add(self, points: int) -> None:
        """Count points that were approved or added."""
        self.used += max(points, 0)

    def alert(self, recipients: Collection[str], at: datetime) -> DailyLimitApproached | None:
        """Return the alert when this transaction passed four fifths of the limit, once a day."""
        threshold = self.limit * _ALERT_PERCENT / 100
        if not self._used_before < threshold <= self.used:
            return None
        return DailyLimitApproached(
            community=self.community,
            person=self.person,
            duty=self.duty,
            day=self.day,
            points=self.used,
            limit=self.limit,
            recipients=tuple(sorted(recipients)),
            at=at,
        )
