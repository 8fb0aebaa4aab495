"""A roster that was uploaded and is imported in the background, because it is long (R5)."""

from dataclasses import dataclass, field
from datetime import datetime

from contracts import ids
from contracts.calls.registry.rosters import RosterReport, RosterState

_MOST_ATTEMPTS = 5
"""After so many attempts that ended with the process, the upload has failed."""


@dataclass(eq=False, kw_only=True)
class RosterUpload:
    """The rows of a roster, encrypted until they are imported, and the progress of the import.

    The import is one transaction: until the state is `done` the community is unchanged.
    """

    community: str
    by: str
    dry_run: bool
    lines: int
    content_cipher: bytes | None
    handed_in_at: datetime
    state: RosterState = "waiting"
    lines_done: int = 0
    """Lines checked, or written, depending on `state`."""
    attempts: int = 0
    report: RosterReport | None = None
    detail: str | None = None
    ended_at: datetime | None = None
    id: str = field(default_factory=lambda: ids.new("ros"))

    def start(self, at: datetime) -> bool:
        """Start, or restart after a crash. Return False, and fail, when it was started too often."""
        if self.attempts >= _MOST_ATTEMPTS:
            self.fail("多次中断，未导入任何内容；请稍后重新上传", at)
            return False
        self.attempts += 1
        self.state, self.lines_done = "checking", 0
        return True

    def finish(self, report: RosterReport, at: datetime) -> None:
        """End with the report: `refused` when it has errors, unless this was a dry run; else `done`."""
        self.state = "refused" if report["errors"] and not self.dry_run else "done"
        self.report, self.lines_done = report, self.lines
        self._end(at)

    def fail(self, detail: str, at: datetime) -> None:
        """End without having imported anything; it is not tried again."""
        self.state, self.detail = "failed", detail
        self._end(at)

    def _end(self, at: datetime) -> None:
        self.content_cipher, self.ended_at = None, at
