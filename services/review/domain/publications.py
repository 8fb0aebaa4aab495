"""A month's list: closed and drawn up, made public once, settled once (R14, R16, R17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts import ids
from contracts.calendar import day_of, period_of
from contracts.errors import (
    NothingToPublish,
    PeriodAlreadyPublished,
    PeriodAlreadySettled,
    PeriodNotEnded,
    PeriodNotPublished,
    WindowClosed,
    WindowOpen,
)
from contracts.policy import Policy
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
    """The list of one period. What was published never changes; only its settlement is added.

    `entries` and `points` are counted when the month is closed: nothing more is approved for this list then.
    """

    community: str
    id: str
    period: str
    entries: int
    points: int
    published_by: str
    closed_at: datetime
    masked: bool
    """Whether names show as 张*; as the policy stood when it was published (R14)."""
    ledger_block: int | None = None
    ledger_root: str | None = None
    """The newest block of the ledger when it was published, and its hash: whoever has the list can hold us to it."""
    listed: int = 0
    """How many of its entries stand on it; nobody sees any until all do."""
    published_at: datetime | None = None
    window_closes_at: datetime | None = None
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
        """Close a month that has begun; its list is still to be drawn up."""
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
            closed_at=at,
            masked=rules.policy.mask_names,
            ledger_block=seal.block if seal else None,
            ledger_root=seal.root if seal else None,
        )

    @property
    def state(self) -> str:
        if self.settled_at:
            return "settled"
        if self.settling_since:
            return "settling"
        return "published" if self.published_at else "publishing"

    def list_more(self, lines: int, policy: Policy, at: datetime) -> list[PeriodPublished]:
        """`lines` more stand on it. With the last it is public, open to objections for as long as the policy says."""
        self.listed += lines
        if self.listed < self.entries:
            return []
        self.published_at, self.window_closes_at = at, at + timedelta(days=policy.objection_window_days)
        published = PeriodPublished(
            community=self.community,
            sequence=self.version,
            publication=self.id,
            period=self.period,
            entries=self.entries,
            points=self.points,
            window_closes_at=self.window_closes_at,
            by=self.published_by,
            at=at,
        )
        return [published]

    def settle(self, by: Judge, at: datetime) -> None:
        """Begin to make its entries final, once, after the window."""
        by.must_be_of_the_group()
        if self.settling_since:
            raise PeriodAlreadySettled(facts={"state": self.state})
        if at < self._window_closes_at():
            raise WindowOpen(facts={"window_closes_at": self._window_closes_at().isoformat()})
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
        if at >= self._window_closes_at():
            raise WindowClosed(facts={"window_closes_at": self._window_closes_at().isoformat()})

    def _window_closes_at(self) -> datetime:
        if self.window_closes_at is None:
            raise PeriodNotPublished()
        return self.window_closes_at
