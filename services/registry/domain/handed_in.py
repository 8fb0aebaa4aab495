"""A roster that was handed in and is taken in beside other work, since it is long (R5)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from contracts import ids

State = Literal["waiting", "checking", "keeping", "done", "refused", "failed"]
_ATTEMPTS = 5
"""A roster that ends its taker so often, by whatever fault, is given up."""


@dataclass(eq=False, kw_only=True)
class HandedIn:
    """The lines of a roster, sealed until they are taken in, and how far that has come.

    Nothing of it is kept before all of it is: until `done` the community is as it was.
    """

    community: str
    by: str
    dry_run: bool
    lines: int
    content_cipher: bytes | None
    handed_in_at: datetime
    state: State = "waiting"
    lines_done: int = 0
    """Of those to be checked, or kept, whichever is under way."""
    attempts: int = 0
    report: dict[str, Any] | None = None
    detail: str | None = None
    ended_at: datetime | None = None
    id: str = field(default_factory=lambda: ids.new("ros"))

    def begin(self, at: datetime) -> bool:
        """Start, or start anew after a crash; false when that was tried too often."""
        if self.attempts >= _ATTEMPTS:
            self.give_up("多次中断，未导入任何内容；请稍后重新上传", at)
            return False
        self.attempts += 1
        self.state, self.lines_done = "checking", 0
        return True

    def advance(self, state: State, lines_done: int) -> None:
        """So many lines are checked, or kept."""
        self.state, self.lines_done = state, lines_done

    def end(self, report: dict[str, Any], at: datetime) -> None:
        """All was taken in; or, with errors in the report or as a dry run, nothing was."""
        self.state = "refused" if report["errors"] and not self.dry_run else "done"
        self.report, self.lines_done = report, self.lines
        self._close(at)

    def give_up(self, detail: str, at: datetime) -> None:
        """Nothing was taken in, and it will not be tried again."""
        self.state, self.detail = "failed", detail
        self._close(at)

    def _close(self, at: datetime) -> None:
        self.content_cipher, self.ended_at = None, at
