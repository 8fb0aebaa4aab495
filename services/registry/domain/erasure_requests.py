"""Requests of people that their data be erased (R42); the committee erases, or refuses with a reason."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from contracts import ids
from contracts.errors import WrongState

State = Literal["open", "done", "refused", "withdrawn"]

ANSWER_WITHIN = timedelta(days=15)
"""Until when the committee should answer."""


@dataclass(eq=False, kw_only=True)
class ErasureRequest:
    """One request; a person has at most one open."""

    community: str
    person: str
    reason: str
    requested_at: datetime
    state: State = "open"
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = ""
    id: str = field(default_factory=lambda: ids.new("era"))

    @property
    def due_at(self) -> datetime:
        """Until when it should be answered."""
        return self.requested_at + ANSWER_WITHIN

    def withdraw(self, at: datetime) -> None:
        """Withdraw it. Raises `WrongState` once it is answered."""
        self._close("withdrawn", self.person, "", at)

    def refuse(self, by: str, answer: str, at: datetime) -> None:
        """Refuse it with a reason. Raises `WrongState` once it is answered."""
        self._close("refused", by, answer, at)

    def complete(self, by: str, at: datetime) -> None:
        """Mark it as done and delete its text, which is the person's own."""
        self._close("done", by, "", at)
        self.reason = ""

    def _close(self, state: State, by: str, answer: str, at: datetime) -> None:
        if self.state != "open":
            raise WrongState("该申请已经处理", facts={"state": self.state})
        self.state, self.answered_by, self.answer, self.answered_at = state, by, answer, at
