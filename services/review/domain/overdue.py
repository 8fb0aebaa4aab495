"""First reviews and objections that wait longer than the community allows (R12, R16)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.calendar import day_of
from contracts.claims import BookKind
from services.review.domain.reviewers import CourtyardReviewers, Level


def days_waited(since: datetime, at: datetime) -> int:
    """Return the number of days between two instants, by the calendar of Asia/Shanghai."""
    return (day_of(at) - day_of(since)).days


def overdue_before(days: int, at: datetime) -> datetime:
    """Return the instant since when, or before, something must have waited to be overdue at `at`."""
    return at - timedelta(days=days)


@dataclass(frozen=True, kw_only=True)
class OpenReview:
    """The columns of an open first review that routing and reminders need."""

    community: str
    id: str
    source: str
    book: BookKind
    courtyard: str
    grid: str
    household: str | None
    day: date
    interested: tuple[str, ...]
    level: Level
    public: bool
    since: datetime
    reminded_at: datetime | None
    version: int

    def routed(self, reviewers: CourtyardReviewers, members: Collection[str]) -> tuple[Level, tuple[str, ...]]:
        """Return the level by today's roles, and the interested people with `members` of the household added.

        `members` belonged to the household on the day of the deed, as far as is known today. People who were found to
        have an interest before keep it.
        """
        interested = tuple(sorted({*self.interested, *members}))
        return reviewers.level_for(self.book, interested, public=self.public), interested

    def reviewers_to_remind(self, reviewers: CourtyardReviewers, group: Collection[str]) -> set[str]:
        """Return the people at the review's level who have no interest in it."""
        people = {Level.HEAD: {reviewers.head}, Level.OFFICER: reviewers.officers, Level.GROUP: group}[self.level]
        return {person for person in people if person and person not in self.interested}
