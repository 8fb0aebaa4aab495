"""A month's list, made public once and settled once (R14, R16, R17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts import ids
from contracts.calendar import day_of, period_of
from contracts.errors import (
    NothingToPublish,
    PeriodAlreadyPublished,
    PeriodAlreadySettled,
    PeriodNotEnded,
    WindowClosed,
    WindowOpen,
)
from contracts.review import PeriodPublished, PeriodSettled
from services.review.domain.house import HouseRules
from services.review.domain.judges import Judge


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The newest block of a community's ledger, and its hash, which stands for all that was posted before (R20)."""

    block: int
    root: str


@dataclass(kw_only=True, eq=False)
class Publication:
    """The list of one period. What was published never changes; only its settlement is added."""

    community: str
    id: str
    period: str
    entries: int
    points: int
    published_by: str
    published_at: datetime
    window_closes_at: datetime
    masked: bool
    """Whether names show as 张*; as the policy stood when it was published (R14)."""
    ledger_block: int | None = None
    ledger_root: str | None = None
    """The newest block of the ledger when it was published, and its hash: whoever has the list can hold us to it."""
    settled_by: str | None = None
    settling_since: datetime | None = None
    """When its entries began to become final, which they do some thousand at a time."""
    settled_at: datetime | None = None
    version: int = 1

    @classmethod
    def of(
        cls,
        community: str,
        period: str,
        by: Judge,
        rules: HouseRules,
        entries: int,
        points: int,
        at: datetime,
        seal: Seal | None = None,
    ) -> "Publication":
        """The list of a month that has begun, open to objections for as long as the policy says."""
        by.must_be_of_the_group()
        if period > period_of(day_of(at)):
            raise PeriodNotEnded()
        if period in rules.published:
            raise PeriodAlreadyPublished()
        if not entries:
            raise NothingToPublish()
        return cls(
            community=community,
            id=ids.new("pub"),
            period=period,
            entries=entries,
            points=points,
            published_by=by.person,
            published_at=at,
            window_closes_at=at + timedelta(days=rules.policy.objection_window_days),
            masked=rules.policy.mask_names,
            ledger_block=seal.block if seal else None,
            ledger_root=seal.root if seal else None,
        )

    @property
    def state(self) -> str:
        if self.settled_at:
            return "settled"
        return "settling" if self.settling_since else "published"

    def published(self) -> PeriodPublished:
        return PeriodPublished(
            community=self.community,
            sequence=self.version,
            publication=self.id,
            period=self.period,
            entries=self.entries,
            points=self.points,
            window_closes_at=self.window_closes_at,
            by=self.published_by,
            at=self.published_at,
        )

    def settle(self, by: Judge, at: datetime) -> None:
        """Begin to close the month, once, after the window."""
        by.must_be_of_the_group()
        if self.settling_since:
            raise PeriodAlreadySettled(facts={"state": self.state})
        if at < self.window_closes_at:
            raise WindowOpen(facts={"window_closes_at": self.window_closes_at.isoformat()})
        self.settled_by, self.settling_since = by.person, at
        self.version += 1

    def settled(self, entries: int, points: int, at: datetime) -> PeriodSettled:
        """`entries` became final, worth `points` with their corrections; those under objection follow one by one."""
        self.settled_at = at
        return PeriodSettled(
            community=self.community,
            sequence=self.version,
            publication=self.id,
            period=self.period,
            entries=entries,
            points=points,
            at=at,
        )

    def must_take_objections(self, at: datetime) -> None:
        if at >= self.window_closes_at:
            raise WindowClosed(facts={"window_closes_at": self.window_closes_at.isoformat()})
