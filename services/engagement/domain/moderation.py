"""What posts and comments have in common: who sees them, moderation, appeals, and every step of it (R31)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts import errors

Visibility = Literal["waiting", "visible", "hidden", "withdrawn"]
"""Waits for a person to look at it; everybody sees it; hidden by a person; taken back by its author."""
Check = Literal["passed", "risky", "unanswered"]
"""What the content check said. Only what passed is visible without a person having looked at it."""
Appeal = Literal["none", "open", "upheld", "dismissed"]


@dataclass(frozen=True)
class Step:
    """What somebody did with a post or a comment, and why."""

    step: str
    at: datetime
    by: str
    reason: str = ""


@dataclass(kw_only=True)
class Moderated:
    """A text of a resident. Steps are only added, so that its author reads who decided what and why."""

    community: str
    author: str
    posted_by: str
    household: str | None
    courtyard: str | None
    text: str
    created_at: datetime
    check: Check
    visibility: Visibility
    moderated_by: str | None = None
    moderation_reason: str = ""
    appeal: Appeal = "none"
    steps: tuple[Step, ...] = ()
    version: int = 1

    @property
    def is_visible(self) -> bool:
        return self.visibility == "visible"

    def is_by(self, person: str) -> bool:
        """Return whether a person wrote it or posted it for its author."""
        return person in (self.author, self.posted_by)

    def concerns(self, person: str, household: str | None) -> bool:
        """Return whether a person has an interest in it: they or their household wrote it."""
        return self.is_by(person) or (household is not None and household == self.household)

    def show(self, by: str, at: datetime, reason: str = "") -> None:
        """Let everybody see it. Raises `WrongState` unless it waits or is hidden without an open appeal."""
        if self.visibility not in ("waiting", "hidden"):
            raise errors.WrongState("内容已经公开，或已由作者撤回")
        self._require_no_open_appeal()
        self._take("shown", by, at, reason)
        self.visibility, self.moderated_by, self.moderation_reason, self.appeal = "visible", by, "", "none"

    def hide(self, reason: str, by: str, at: datetime) -> None:
        """Hide it from everybody but its author and moderators. Raises `WrongState`, `ReasonRequired`."""
        if self.visibility not in ("waiting", "visible"):
            raise errors.WrongState("内容已经隐藏，或已由作者撤回")
        require_reason(reason, "隐藏内容要向作者说明理由")
        self._take("hidden", by, at, reason)
        self.visibility, self.moderated_by, self.moderation_reason, self.appeal = "hidden", by, reason, "none"

    def withdraw(self, by: str, at: datetime) -> bool:
        """Take it back for good; return whether that changed anything."""
        if self.visibility == "withdrawn":
            return False
        self._take("withdrawn", by, at)
        self.visibility = "withdrawn"
        if self.appeal == "open":
            self.appeal = "none"
        return True

    def appeal_hiding(self, text: str, by: str, at: datetime) -> None:
        """Ask the branch to show it again, once for each time it is hidden. Raises `WrongState`."""
        if self.visibility != "hidden" or self.appeal != "none":
            raise errors.WrongState("只有被隐藏的内容可以申诉，每次隐藏申诉一次")
        self._take("appealed", by, at, text)
        self.appeal = "open"

    def rule(self, outcome: Literal["upheld", "dismissed"], reason: str, by: str, at: datetime) -> None:
        """Decide on the appeal. Raises `WrongState` without one, `Recused` for who hid it."""
        if self.appeal != "open":
            raise errors.WrongState("没有待裁定的申诉")
        if by == self.moderated_by:
            raise errors.Recused("隐藏内容的人不能裁定对它的申诉")
        self._take(outcome, by, at, reason)
        self.appeal = outcome
        if outcome == "upheld":
            self.visibility, self.moderation_reason = "visible", ""

    def forget(self, at: datetime) -> None:
        """Delete its text and what was said about it, since its author's data is erased."""
        self.text, self.moderation_reason = "", ""
        self.withdraw("clock", at)
        self.steps = tuple(Step(each.step, each.at, each.by) for each in self.steps)

    def _require_no_open_appeal(self) -> None:
        if self.appeal == "open":
            raise errors.WrongState("作者已经申诉，由党支部裁定")

    def _take(self, step: str, by: str, at: datetime, reason: str = "") -> None:
        self.steps = (*self.steps, Step(step, at, by, reason))
        self.version += 1


def visibility_of(check: Check, pictures: int) -> Visibility:
    """Return whether a new text is visible at once: it passed the check, and has no picture, which nothing checked."""
    return "visible" if check == "passed" and not pictures else "waiting"


def require_reason(reason: str, message: str) -> None:
    """Raise `ReasonRequired` without a reason."""
    if not reason:
        raise errors.ReasonRequired(message, [{"pointer": "/reason", "detail": "必填"}])
