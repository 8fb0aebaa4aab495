"""A month's list: closed and written, published once, settled once (R14, R16, R17)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts import ids
from contracts.calendar import day_of, period_of
from contracts.errors import (
    NothingToPublish,
    PeriodAlreadyPublished,
    PeriodAlreadySettled,
    PeriodNotEnded,
    PeriodNotPublished,
    Recused,
    WindowClosed,
    WindowOpen,
)
from contracts.policy import Policy, PublicDeed, PublicPlace, PublicView
from contracts.review import PeriodPublished, PeriodSettled
from services.review.domain.community_rules import CommunityRules


@dataclass(frozen=True, kw_only=True)
class Seal:
    """The newest block of a community's ledger, and its hash, which depends on every transfer before it (R20)."""

    block: int
    root: str


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What stands between an open month and its publication by one person."""

    refusal: str | None
    """Why they cannot publish it now."""
    first_reviews: int
    final_approvals: int
    unnamed_entries: int
    cut_off_on: date | None
    publishes_on: date | None


@dataclass(kw_only=True, eq=False)
class Publication:
    """The list of one month. After publication only its settlement changes.

    `entries` and `points` are counted when the month is closed: nothing more is approved for the list then.
    """

    community: str
    id: str
    period: str
    entries: int
    points: int
    published_by: str
    closed_at: datetime
    masked: bool
    """Whether names show as 张*, by the policy when the month was closed (R14)."""
    public_place: PublicPlace | None = None
    public_deed: PublicDeed | None = None
    public_min_residents: int | None = None
    """How much its lines show of people, by that policy; None on lists published before these settings existed."""
    ledger_block: int | None = None
    ledger_root: str | None = None
    """Hash of the ledger's newest block when the month was closed: a copy of the list proves the ledger before it."""
    listed: int = 0
    """How many of its entries are written to the list; it is public when all are."""
    published_at: datetime | None = None
    window_closes_at: datetime | None = None
    settled_by: str | None = None
    settling_since: datetime | None = None
    """When settlement began; a long list settles in several transactions."""
    settled_at: datetime | None = None
    version: int = 1

    @classmethod
    def close(
        cls,
        community: str,
        period: str,
        by: str,
        rules: CommunityRules,
        entries: int,
        points: int,
        at: datetime,
        seal: Seal | None = None,
        approved_alone: bool = False,
    ) -> "Publication":
        """Return the publication of a month, with nothing on its list yet.

        `approved_alone`: whether one of its entries was approved by `by` and nobody else. Raises `PeriodNotEnded`
        before the month has begun, `PeriodAlreadyPublished`, `NothingToPublish`, `Recused`.
        """
        cls.require_closable(period, rules, entries, at, approved_alone=approved_alone)
        return cls(
            community=community,
            id=ids.new("pub"),
            period=period,
            entries=entries,
            points=points,
            published_by=by,
            closed_at=at,
            masked=rules.policy.mask_names,
            public_place=rules.policy.public_place,
            public_deed=rules.policy.public_deed,
            public_min_residents=rules.policy.public_min_residents,
            ledger_block=seal.block if seal else None,
            ledger_root=seal.root if seal else None,
        )

    @staticmethod
    def require_closable(
        period: str, rules: CommunityRules, entries: int, at: datetime, *, approved_alone: bool
    ) -> None:
        """Raise what `close` raises, without closing the month."""
        if period > period_of(day_of(at)):
            raise PeriodNotEnded()
        if period in rules.closed:
            raise PeriodAlreadyPublished()
        if not entries:
            raise NothingToPublish()
        if approved_alone:
            raise Recused("名单中有您独自审核的条目，请由其他成员公示")

    @property
    def state(self) -> str:
        if self.settled_at:
            return "settled"
        if self.settling_since:
            return "settling"
        return "published" if self.published_at else "publishing"

    def public_view(self, policy: Policy) -> PublicView:
        """Return how much its lines show: what the policy allowed when the month was closed and still allows (R14)."""
        today = policy.public_view
        return today.stricter(
            PublicView(
                place=self.public_place or today.place,
                deed=self.public_deed or today.deed,
                min_residents=self.public_min_residents or today.min_residents,
                masked=self.masked,
            )
        )

    def add_lines(self, lines: int, policy: Policy, at: datetime) -> list[PeriodPublished]:
        """Count `lines` more on the list. With the last one it is public and the window for objections opens."""
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

    def begin_settlement(self, by: str, at: datetime) -> None:
        """Begin to make the entries final. Raises `PeriodAlreadySettled`, `WindowOpen`, `PeriodNotPublished`."""
        if self.settling_since:
            raise PeriodAlreadySettled(facts={"state": self.state})
        if at < self._window_closes_at():
            raise WindowOpen(facts={"window_closes_at": self._window_closes_at().isoformat()})
        self.settled_by, self.settling_since = by, at
        self.version += 1

    def finish_settlement(self, entries: int, points: int, at: datetime) -> PeriodSettled:
        """Mark the list as settled: `entries` are final, worth `points` with corrections. Frozen ones follow later."""
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

    def require_open_window(self, at: datetime) -> None:
        """Raise `WindowClosed` after the window for objections, `PeriodNotPublished` before it."""
        if at >= self._window_closes_at():
            raise WindowClosed(facts={"window_closes_at": self._window_closes_at().isoformat()})

    def _window_closes_at(self) -> datetime:
        if self.window_closes_at is None:
            raise PeriodNotPublished()
        return self.window_closes_at
