"""说事议事会: an agenda, minutes, decisions, and actions with their results (R32)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from contracts import errors, ids
from contracts.engagement import DecisionOutcome, DecisionTaken, MeetingHeld


@dataclass(frozen=True)
class AgendaItem:
    """A suggestion, or another matter by its title."""

    post: str | None
    title: str


@dataclass(kw_only=True)
class Meeting:
    """One meeting. Decisions are added to it once it was held."""

    community: str
    id: str
    title: str
    place: str
    starts_at: datetime
    agenda: tuple[AgendaItem, ...]
    created_by: str
    created_at: datetime
    posts: tuple[str, ...] = ()
    """The suggestions on the agenda."""
    state: Literal["planned", "held", "cancelled"] = "planned"
    minutes: str = ""
    minutes_by: str | None = None
    attendees: tuple[str, ...] = ()
    guests: int = 0
    version: int = 1

    @classmethod
    def plan(
        cls,
        community: str,
        title: str,
        place: str,
        starts_at: datetime,
        agenda: tuple[AgendaItem, ...],
        by: str,
        at: datetime,
    ) -> "Meeting":
        """Return a new meeting."""
        return cls(
            community=community,
            id=ids.new("mtg"),
            title=title,
            place=place,
            starts_at=starts_at,
            agenda=agenda,
            posts=_posts_of(agenda),
            created_by=by,
            created_at=at,
        )

    def revise(self, title: str, place: str, starts_at: datetime, agenda: tuple[AgendaItem, ...]) -> None:
        """Replace the plan. Raises `WrongState` unless it is planned."""
        self._must_be_planned()
        self.title, self.place, self.starts_at = title, place, starts_at
        self.agenda, self.posts = agenda, _posts_of(agenda)
        self.version += 1

    def cancel(self) -> None:
        """Cancel it. Raises `WrongState` unless it is planned."""
        self._must_be_planned()
        self.state = "cancelled"
        self.version += 1

    def record(
        self, minutes: str, attendees: tuple[str, ...], guests: int, by: str, at: datetime
    ) -> MeetingHeld | None:
        """Write or correct the minutes; return the event of the first time. Raises `WrongState` before the start."""
        if self.state == "cancelled" or at < self.starts_at:
            raise errors.WrongState("议事会已经取消，或还没有开始")
        first = self.state == "planned"
        self.state, self.minutes, self.minutes_by = "held", minutes, by
        self.attendees, self.guests = attendees, guests
        self.version += 1
        if not first:
            return None
        return MeetingHeld(**self._event_fields(by, at), posts=self.posts)

    def decide(self, text: str, post: str | None, outcome: DecisionOutcome, by: str, at: datetime) -> "Decision":
        """Return a decision. Raises `WrongState` unless it was held, `Invalid` for what is not on the agenda."""
        if self.state != "held":
            raise errors.WrongState("先填写会议记录，再登记决定")
        if post is None and outcome != "noted":
            raise errors.Invalid(errors=[{"pointer": "/post_id", "detail": "采纳或不采纳的决定要写明是哪条建议"}])
        if post is not None and post not in self.posts:
            raise errors.Invalid(errors=[{"pointer": "/post_id", "detail": "这条建议不在议程上"}])
        self.version += 1
        return Decision(
            community=self.community,
            id=ids.new("dcn"),
            meeting=self.id,
            post=post,
            text=text,
            outcome=outcome,
            decided_by=by,
            decided_at=at,
        )

    def decided(self, decision: "Decision") -> DecisionTaken:
        """Return the event of a decision."""
        return DecisionTaken(
            **self._event_fields(decision.decided_by, decision.decided_at),
            decision=decision.id,
            post=decision.post,
            outcome=decision.outcome,
        )

    def _must_be_planned(self) -> None:
        if self.state != "planned":
            raise errors.WrongState("议事会已经召开或取消")

    def _event_fields(self, by: str, at: datetime) -> dict[str, Any]:
        return {"community": self.community, "sequence": self.version, "meeting": self.id, "by": by, "at": at}


@dataclass(kw_only=True)
class Decision:
    """What a meeting decided. It does not change."""

    community: str
    id: str
    meeting: str
    post: str | None
    text: str
    outcome: DecisionOutcome
    decided_by: str
    decided_at: datetime

    def act(self, text: str, responsible: str | None, due: date | None, by: str, at: datetime) -> "Action":
        """Return what is done to carry it out."""
        return Action(
            community=self.community,
            id=ids.new("acn"),
            meeting=self.meeting,
            decision=self.id,
            text=text,
            responsible=responsible,
            due=due,
            added_by=by,
            added_at=at,
        )


@dataclass(kw_only=True)
class Action:
    """What is done to carry out a decision, and its result."""

    community: str
    id: str
    meeting: str
    decision: str
    text: str
    responsible: str | None
    due: date | None
    added_by: str
    added_at: datetime
    state: Literal["open", "done", "dropped"] = "open"
    result: str = ""
    ended_by: str | None = None
    ended_at: datetime | None = None

    def end(self, state: Literal["done", "dropped"], result: str, by: str, at: datetime) -> None:
        """Store its result. Raises `WrongState` if it has one."""
        if self.state != "open":
            raise errors.WrongState("已经登记过结果")
        self.state, self.result, self.ended_by, self.ended_at = state, result, by, at


def _posts_of(agenda: tuple[AgendaItem, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.post for item in agenda if item.post))
