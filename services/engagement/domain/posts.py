"""居民说事: what residents share and suggest, and the visible course of suggestions (R31)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from contracts import errors, ids
from contracts.engagement import (
    PostHidden,
    PostKind,
    PostShared,
    SuggestionAdopted,
    SuggestionClosed,
    SuggestionConsidered,
    SuggestionDeclined,
    SuggestionReceived,
    SuggestionReopened,
)
from services.engagement.domain.moderation import Check, Moderated, require_reason, visibility_of

Stage = Literal["open", "received", "considered", "adopted", "declined", "done", "unsolved", "reopened"]
"""未受理, 已受理, 研究中, 已采纳, 未采纳, 已办成, 未办成而结束, 重新打开."""
STAGES: tuple[Stage, ...] = get_args(Stage)
UNANSWERED: tuple[Stage, ...] = ("open", "received", "considered", "reopened")
"""The stages at which a suggestion still waits for an answer."""

_NEXT: dict[Stage, tuple[Stage, ...]] = {
    "open": ("received", "considered", "adopted", "declined", "unsolved"),
    "received": ("considered", "adopted", "declined", "unsolved"),
    "considered": ("adopted", "declined", "unsolved"),
    "reopened": ("received", "considered", "adopted", "declined", "unsolved"),
    "adopted": ("done", "unsolved"),
    "declined": ("reopened",),
    "done": ("reopened",),
    "unsolved": ("reopened",),
}

CourseEvent = (
    SuggestionReceived
    | SuggestionConsidered
    | SuggestionAdopted
    | SuggestionDeclined
    | SuggestionClosed
    | SuggestionReopened
)


@dataclass(kw_only=True)
class Post(Moderated):
    """One post. A suggestion has a stage, and a reply deadline while it is visible and unanswered."""

    id: str
    kind: PostKind
    title: str
    pictures: tuple[str, ...]
    stage: Stage | None
    reply_due_at: datetime | None = None

    @classmethod
    def share(
        cls,
        community: str,
        kind: PostKind,
        title: str,
        text: str,
        pictures: tuple[str, ...],
        *,
        author: str,
        household: str | None,
        courtyard: str | None,
        check: Check,
        reply_days: int,
        by: str,
        at: datetime,
    ) -> tuple["Post", PostShared | None]:
        """Return a new post, and its event if it is visible at once."""
        post = cls(
            community=community,
            id=ids.new("pst"),
            kind=kind,
            title=title,
            text=text,
            pictures=pictures,
            author=author,
            posted_by=by,
            household=household,
            courtyard=courtyard,
            created_at=at,
            check=check,
            visibility=visibility_of(check, len(pictures)),
            stage="open" if kind == "suggestion" else None,
        )
        return post, post._become_visible(by, at, reply_days) if post.is_visible else None

    def is_overdue(self, now: datetime) -> bool:
        """Return whether its answer is late."""
        return self.is_visible and self.reply_due_at is not None and self.reply_due_at <= now

    def pass_moderation(self, by: str, at: datetime, reply_days: int, reason: str = "") -> PostShared:
        """Let everybody see it; the deadline for an answer starts then. Raises `WrongState`."""
        self.show(by, at, reason)
        return self._become_visible(by, at, reply_days)

    def hide_from_all(self, reason: str, by: str, at: datetime) -> PostHidden:
        """Hide it. Raises `WrongState`, `ReasonRequired`."""
        self.hide(reason, by, at)
        return PostHidden(**self._event_fields(by, at), kind=self.kind, cause="moderated")

    def take_back(self, by: str, at: datetime) -> PostHidden | None:
        """Withdraw it; a repeat changes nothing."""
        if not self.withdraw(by, at):
            return None
        return PostHidden(**self._event_fields(by, at), kind=self.kind, cause="withdrawn")

    def show_again(self, by: str, at: datetime, reply_days: int) -> PostShared:
        """Return the event of a post whose appeal was upheld."""
        return self._become_visible(by, at, reply_days)

    def erase(self, at: datetime) -> PostHidden:
        """Delete title, text and pictures of an erased author."""
        self.title, self.pictures = "", ()
        self.forget(at)
        return PostHidden(**self._event_fields("clock", at), kind=self.kind, cause="erased")

    @property
    def next_steps(self) -> tuple[Stage, ...]:
        """The steps that may follow; none of a post that is no suggestion, or not visible."""
        return _NEXT[self.stage] if self.stage and self.is_visible else ()

    def take_step(self, step: Stage, reason: str, by: str, at: datetime, reply_days: int) -> CourseEvent:
        """Take a suggestion one step further, with a public reason. Raises `WrongState`, `ReasonRequired`."""
        if self.stage is None:
            raise errors.WrongState("只有建议有办理进度")
        if not self.is_visible:
            raise errors.WrongState("内容没有公开，不能办理")
        if step not in self.next_steps:
            raise errors.WrongState(
                f"建议现在的进度是 {self.stage}，不能改为 {step}",
                facts={"stage": self.stage, "next": list(self.next_steps)},
            )
        if step != "received":
            require_reason(reason, "这一步要公开说明理由")
        self._take(step, by, at, reason)
        self.stage = step
        if step == "reopened":
            self.reply_due_at = at + timedelta(days=reply_days)
        elif step not in UNANSWERED:
            self.reply_due_at = None
        return self._course_event(step, by, at)

    def _become_visible(self, by: str, at: datetime, reply_days: int) -> PostShared:
        if self.stage in UNANSWERED:
            self.reply_due_at = at + timedelta(days=reply_days)
        return PostShared(**self._event_fields(by, at), kind=self.kind, household=self.household)

    def _course_event(self, step: Stage, by: str, at: datetime) -> CourseEvent:
        fields = self._event_fields(by, at)
        if step in ("done", "unsolved"):
            return SuggestionClosed(**fields, solved=step == "done")
        if step == "adopted":
            return SuggestionAdopted(**fields, household=self.household)
        made: CourseEvent = _EVENTS[step](**fields)
        return made

    def _event_fields(self, by: str, at: datetime) -> dict[str, Any]:
        return {
            "community": self.community,
            "sequence": self.version,
            "post": self.id,
            "author": self.author,
            "by": by,
            "at": at,
        }


_EVENTS: dict[Stage, type[Any]] = {
    "received": SuggestionReceived,
    "considered": SuggestionConsidered,
    "declined": SuggestionDeclined,
    "reopened": SuggestionReopened,
}


@dataclass(kw_only=True)
class Comment(Moderated):
    """A comment on a post. Nobody sees it when its post is not visible."""

    post: str
    id: str

    @classmethod
    def on(
        cls,
        post: Post,
        text: str,
        *,
        household: str | None,
        courtyard: str | None,
        check: Check,
        by: str,
        at: datetime,
    ) -> "Comment":
        """Return a new comment."""
        return cls(
            community=post.community,
            post=post.id,
            id=ids.new("cmt"),
            text=text,
            author=by,
            posted_by=by,
            household=household,
            courtyard=courtyard,
            created_at=at,
            check=check,
            visibility=visibility_of(check, 0),
        )
