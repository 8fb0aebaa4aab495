"""What waits too long: first reviews and objections, after the days a community has chosen (R12, R16)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.calendar import day_of
from contracts.claims import BookKind
from services.review.domain.judges import Bench, Level


def days_waited(since: datetime, at: datetime) -> int:
    """Whole days in the community's calendar."""
    return (day_of(at) - day_of(since)).days


def overdue_before(days: int, at: datetime) -> datetime:
    """What has waited since then or longer is overdue `at` that instant."""
    return at - timedelta(days=days)


@dataclass(frozen=True, kw_only=True)
class OpenReview:
    """What routing and reminding must know of a case whose first review is open."""

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
    since: datetime
    reminded_at: datetime | None
    version: int

    def routed(self, bench: Bench, members: Collection[str]) -> tuple[Level, tuple[str, ...]]:
        """Whose turn it is by today's offices, and who has an interest by what is known today of the day of the act.

        Whoever was found to have an interest keeps it.
        """
        interested = tuple(sorted({*self.interested, *members}))
        return bench.level_for(self.book, interested), interested

    def judges(self, bench: Bench, group: Collection[str]) -> set[str]:
        """Those whose turn it is."""
        turn = {Level.HEAD: {bench.head}, Level.OFFICER: bench.officers, Level.GROUP: group}[self.level]
        return {judge for judge in turn if judge and judge not in self.interested}
