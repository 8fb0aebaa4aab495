"""Activities 活动: prepared, published, open for sign-up until they close, held or cancelled (R29)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts import errors, ids
from contracts.engagement import ActivityCancelled, ActivityChanged, ActivityPublished, Allocation
from services.engagement.domain.signups import SignUp

Kind = Literal["volunteering", "training", "meeting", "leisure", "other"]
"""志愿服务, 培训, 议事, 文体, 其他."""

Phase = Literal["draft", "open", "closed", "running", "ended", "cancelled"]
"""Where an activity stands at a moment; the store keeps only draft, published and cancelled."""


@dataclass(frozen=True)
class Plan:
    """What organizers decide about an activity."""

    title: str
    kind: Kind
    description: str
    place: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    """The cut-off: nobody signs up then or later."""
    offers_end_at: datetime
    """Free places are offered, and offers accepted, before then."""
    places: int
    most_party: int
    """Most people of one household."""
    allocation: Allocation
    offer_hours: int
    """How long an offer is open at most."""
    hosts: tuple[str, ...]
    """Who receives people there, beside the organizers."""
    item: str | None = None
    """The rulebook's item that attendance earns by (R33)."""

    def faults(self) -> list[dict[str, str]]:
        """Return what contradicts itself, with JSON pointers."""
        found = []
        if self.ends_at <= self.starts_at:
            found.append({"pointer": "/ends_at", "detail": "应晚于开始时间"})
        if self.closes_at > self.starts_at:
            found.append({"pointer": "/closes_at", "detail": "报名截止不能晚于开始时间"})
        if not self.closes_at <= self.offers_end_at <= self.starts_at:
            found.append({"pointer": "/offers_end_at", "detail": "应在报名截止之后、活动开始之前"})
        if self.allocation == "draw" and self.closes_at == self.offers_end_at:
            found.append({"pointer": "/closes_at", "detail": "抽签活动的报名截止应早于递补截止"})
        if self.most_party > self.places:
            found.append({"pointer": "/most_party", "detail": "不能多于名额"})
        return found


@dataclass
class Activity:
    """One activity. Its row is locked while places change hands, so `taken` never exceeds `plan.places`."""

    community: str
    id: str
    plan: Plan
    created_by: str
    created_at: datetime
    state: Literal["draft", "published", "cancelled"] = "draft"
    published_by: str | None = None
    published_at: datetime | None = None
    cancelled_by: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    taken: int = 0
    """Places that parties have or are offered."""
    signed_up: int = 0
    """Sign-ups so far; the next one's number is one more."""
    version: int = 1
    drawn_at: datetime | None = None
    presence_secret: str = ""
    """What challenges of its check-in are made of."""
    attendance_closed_at: datetime | None = None
    attendance_closed_by: str | None = None
    head_count: int | None = None

    @classmethod
    def draft(cls, community: str, plan: Plan, by: str, at: datetime, presence_secret: str = "") -> "Activity":
        """Return a new activity that only organizers see. Raises `Invalid` for a plan that contradicts itself."""
        _must_be_sound(plan)
        return cls(
            community=community,
            id=ids.new("atv"),
            plan=plan,
            created_by=by,
            created_at=at,
            presence_secret=presence_secret,
        )

    @property
    def free(self) -> int:
        """Places that nobody has or is offered."""
        return self.plan.places - self.taken

    @property
    def falls_back_at(self) -> datetime:
        """When a draw for which no ledger block was sealed is decided by the order of sign-ups."""
        return self.plan.closes_at + (self.plan.offers_end_at - self.plan.closes_at) / 2

    def awaits_draw(self, now: datetime) -> bool:
        """Return whether sign-up has closed and the draw is still to be held."""
        return self.plan.allocation == "draw" and self.drawn_at is None and now >= self.plan.closes_at

    def phase(self, now: datetime) -> Phase:
        """Return where the activity stands."""
        if self.state != "published":
            return self.state
        if now < self.plan.closes_at:
            return "open"
        if now < self.plan.starts_at:
            return "closed"
        return "running" if now < self.plan.ends_at else "ended"

    def revise(self, plan: Plan, signed_up: tuple[str, ...], by: str, at: datetime) -> ActivityChanged | None:
        """Replace the plan; return an event for `signed_up` if time or place of a published activity changed.

        Once it is published, its allocation and its item stay. Raises `WrongState` after the start or a cancellation,
        `PlacesTaken` for fewer places than are taken, `Invalid`.
        """
        if self.phase(at) in ("running", "ended", "cancelled"):
            raise errors.WrongState("活动已经开始、结束或取消，不能再修改")
        _must_be_sound(plan)
        if self.state == "published":
            self._must_keep(plan, at)
        moved = (plan.place, plan.starts_at, plan.ends_at) != (
            self.plan.place,
            self.plan.starts_at,
            self.plan.ends_at,
        )
        self.plan = plan
        self.version += 1
        if self.state != "published" or not moved:
            return None
        return ActivityChanged(
            community=self.community,
            sequence=self.version,
            activity=self.id,
            by=by,
            at=at,
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            people=signed_up,
        )

    def _must_keep(self, plan: Plan, at: datetime) -> None:
        fixed = [
            {"pointer": f"/{name}", "detail": "发布后不能修改"}
            for name in ("allocation", "item")
            if getattr(plan, name) != getattr(self.plan, name)
        ]
        if fixed:
            raise errors.Invalid("发布后不能改变名额的分配方式和积分项目", fixed)
        if self.awaits_draw(at) and plan.places != self.plan.places:
            raise errors.WrongState("等待抽签期间不能改变名额")
        if plan.starts_at <= at:
            raise errors.Invalid(errors=[{"pointer": "/starts_at", "detail": "不能早于现在"}])
        if self.plan.closes_at <= at and plan.closes_at != self.plan.closes_at:
            raise errors.Invalid(errors=[{"pointer": "/closes_at", "detail": "报名已经截止，不能再改"}])
        if plan.places < self.taken:
            raise errors.PlacesTaken(
                f"已有 {self.taken} 个名额被占用，名额不能少于此数",
                [{"pointer": "/places", "detail": f"不能小于 {self.taken}"}],
                {"taken": self.taken},
            )

    def publish(self, by: str, at: datetime) -> ActivityPublished:
        """Open the sign-up. Raises `WrongState` unless it is a draft whose sign-up closes in the future."""
        if self.state != "draft":
            raise errors.WrongState("活动已经发布或取消")
        if self.plan.closes_at <= at:
            raise errors.WrongState("报名截止时间已过，请先修改时间再发布")
        self.state, self.published_by, self.published_at = "published", by, at
        self.version += 1
        return ActivityPublished(
            community=self.community,
            sequence=self.version,
            activity=self.id,
            by=by,
            at=at,
            starts_at=self.plan.starts_at,
            ends_at=self.plan.ends_at,
            closes_at=self.plan.closes_at,
            places=self.plan.places,
            allocation=self.plan.allocation,
        )

    def cancel(self, reason: str, signups: list[SignUp], by: str, at: datetime) -> ActivityCancelled | None:
        """Cancel before the start; everybody of `signups`, the active ones, loses their places and is named.

        Returns None for a draft, of which nobody knew. Raises `WrongState`.
        """
        if self.phase(at) in ("running", "ended", "cancelled"):
            raise errors.WrongState("活动已经开始、结束或取消，不能取消")
        published = self.state == "published"
        self.state, self.cancelled_by, self.cancelled_at, self.cancel_reason = "cancelled", by, at, reason
        self.version += 1
        people = tuple(sorted(person for signup in signups for person in signup.people))
        for signup in signups:
            signup.cancel(at)
        self.taken = 0
        if not published:
            return None
        return ActivityCancelled(
            community=self.community, sequence=self.version, activity=self.id, by=by, at=at, people=people
        )


def _must_be_sound(plan: Plan) -> None:
    if wrong := plan.faults():
        raise errors.Invalid("活动的时间或名额有矛盾", wrong)
