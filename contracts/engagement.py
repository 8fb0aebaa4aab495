"""Events of engagement: activities and who takes part in them (R29). People appear by id only."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from contracts.event import Event

Allocation = Literal["first_come", "draw"]
"""How places are given: by the order of sign-ups, or by a draw after sign-up has closed."""

SignUpState = Literal["entered", "confirmed", "waiting", "offered", "withdrawn", "lost", "cancelled"]
"""Entered in a draw, has places, waits, is offered places, gave them up, let an offer lapse, activity cancelled."""


@dataclass(frozen=True, kw_only=True)
class _EngagementEvent(Event):
    publisher: ClassVar[str] = "engagement"


@dataclass(frozen=True, kw_only=True)
class _ActivityEvent(_EngagementEvent):
    subject_field: ClassVar[str] = "activity"

    activity: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ActivityPublished(_ActivityEvent):
    """Residents may sign up until `closes_at`."""

    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    places: int
    allocation: Allocation = "first_come"


@dataclass(frozen=True, kw_only=True)
class ActivityChanged(_ActivityEvent):
    """Time or place of a published activity changed; `people` had signed up."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ActivityCancelled(_ActivityEvent):
    """The activity does not take place; `people` had signed up and lose their places."""

    people: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DrawHeld(_ActivityEvent):
    """The places of an activity were drawn; SignedUp says for each party what it got."""

    seed: str | None
    """The hash of the ledger block that decided; None if by the order of sign-ups, as no block was sealed."""
    height: int | None
    """The block's number."""
    entries: int
    places: int


@dataclass(frozen=True, kw_only=True)
class _SignUpEvent(_EngagementEvent):
    subject_field: ClassVar[str] = "signup"

    signup: str
    activity: str
    household: str | None
    """None for somebody without a household here."""
    people: tuple[str, ...]
    """The party: one or more members of the household."""
    by: str
    """Who did it: one of the household, who acts for them, or `clock`."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SignedUp(_SignUpEvent):
    """A party signed up, or has places since it accepted an offer or was drawn."""

    state: SignUpState


@dataclass(frozen=True, kw_only=True)
class PlaceOffered(_SignUpEvent):
    """Places became free for a party that waited; they are kept for it until `until`."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class PlaceLost(_SignUpEvent):
    """A party gave up its places or its place in the queue, or let an offer lapse."""

    reason: Literal["withdrawn", "lapsed"]


@dataclass(frozen=True, kw_only=True)
class _AttendanceEvent(_EngagementEvent):
    subject_field: ClassVar[str] = "attendance"

    attendance: str
    activity: str
    person: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Attended(_AttendanceEvent):
    """A person came and left, and the head count agreed; the record earns by the rulebook's `item` (R33)."""

    household: str | None
    """The household the person signed up with."""
    item: str | None
    """None if attendance of this activity earns nothing."""
    title: str
    place: str
    happened_at: datetime
    """The activity's start."""
    minutes: int
    recorded_by: tuple[str, ...] = ()
    """Who recorded it or closed the attendance, beside the person."""


@dataclass(frozen=True, kw_only=True)
class AttendanceRevoked(_AttendanceEvent):
    """A record of attendance was taken back; what it earned is taken back or corrected (R33)."""

    item: str | None = None
    """As in Attended; None if there is nothing to take back."""


PostKind = Literal["suggestion", "share"]


@dataclass(frozen=True, kw_only=True)
class _PostEvent(_EngagementEvent):
    subject_field: ClassVar[str] = "post"

    post: str
    author: str
    by: str
    """Who did it: its author, who acts for them, an office, or `clock`."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PostShared(_PostEvent):
    """Everybody sees the post from now on; published again when a hidden post is shown again."""

    kind: PostKind
    household: str | None = None
    """The author's, on the day of the post."""


@dataclass(frozen=True, kw_only=True)
class PostHidden(_PostEvent):
    """Nobody but its author and those who moderate sees the post from now on: notices of it are taken back."""

    kind: PostKind
    cause: Literal["moderated", "withdrawn", "erased"]


@dataclass(frozen=True, kw_only=True)
class CommentHidden(_PostEvent):
    """A comment on the post was hidden by a person; `author` is the comment's."""

    comment: str


@dataclass(frozen=True, kw_only=True)
class ModerationAppealed(_PostEvent):
    """The author of a hidden post or comment asks the branch to show it again."""

    comment: str | None = None


@dataclass(frozen=True, kw_only=True)
class AppealAnswered(_PostEvent):
    """The branch upheld an appeal, and the post or comment is shown again, or dismissed it."""

    outcome: Literal["upheld", "dismissed"]
    comment: str | None = None


@dataclass(frozen=True, kw_only=True)
class SuggestionReceived(_PostEvent):
    """An office has taken note of a suggestion."""


@dataclass(frozen=True, kw_only=True)
class SuggestionConsidered(_PostEvent):
    """An office considers a suggestion and has said how."""


@dataclass(frozen=True, kw_only=True)
class SuggestionAdopted(_PostEvent):
    """An office adopted a suggestion."""

    household: str | None = None
    """The author's, on the day of the post."""


@dataclass(frozen=True, kw_only=True)
class SuggestionDeclined(_PostEvent):
    """An office declined a suggestion, with the reason."""


@dataclass(frozen=True, kw_only=True)
class SuggestionClosed(_PostEvent):
    """What was suggested is done; or it was closed without being solved, with the reason."""

    solved: bool


@dataclass(frozen=True, kw_only=True)
class SuggestionReopened(_PostEvent):
    """A declined or closed suggestion was opened again, with a new reply deadline."""


Respondents = Literal["person", "household"]


@dataclass(frozen=True, kw_only=True)
class _SurveyEvent(_EngagementEvent):
    subject_field: ClassVar[str] = "survey"

    survey: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SurveyOpened(_SurveyEvent):
    """Persons or households may answer until `closes_at`."""

    closes_at: datetime
    respondents: Respondents


@dataclass(frozen=True, kw_only=True)
class SurveyClosed(_SurveyEvent):
    """No more answers are taken, and the results can be read."""

    answers: int


@dataclass(frozen=True, kw_only=True)
class CourseCompleted(_EngagementEvent):
    """Somebody passed the quiz of a course for the first time; it earns by the rulebook's `item` (R30, R33)."""

    subject_field: ClassVar[str] = "completion"

    completion: str
    course: str
    person: str
    household: str | None
    item: str | None
    """None if the course earns nothing."""
    title: str
    by: str
    """Who published the course and its quiz."""
    at: datetime


DecisionOutcome = Literal["adopted", "declined", "noted"]


@dataclass(frozen=True, kw_only=True)
class _MeetingEvent(_EngagementEvent):
    subject_field: ClassVar[str] = "meeting"

    meeting: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MeetingHeld(_MeetingEvent):
    """A meeting took place and has minutes; `posts` were on its agenda."""

    posts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DecisionTaken(_MeetingEvent):
    """A meeting decided something, about the suggestion `post` if there is one."""

    decision: str
    post: str | None
    outcome: DecisionOutcome
