"""What orders and till payments share: a hold of points, and a single decision on how it ends (R28).

The exchange requests a hold (`REQUESTED`); aggregation answers once (`PLACED` or `REFUSED`); the exchange decides once
how the hold ends, and aggregation follows (`CAPTURED` or `RELEASED`). A decision made before the answer is published
after it, so that aggregation never receives the end of a hold before its request. Repeated answers change nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from contracts.errors import InsufficientPoints
from contracts.event import Event

Mode = Literal["live", "test"]
"""Test purchases touch neither stock nor points and settle separately."""

Consent = Literal["not_needed", "paycode", "card", "app"]
"""How a person agreed to a purchase: by their pay code, by their household's card and its PIN, or in the app.

None is needed for one's own purchases and those of one's household with its passbook (R6).
"""

Events = Sequence[Event]


class HoldState(StrEnum):
    """What aggregation last answered about the hold."""

    REQUESTED = "asked"
    PLACED = "placed"
    REFUSED = "refused"
    CAPTURED = "captured"
    RELEASED = "released"


@dataclass(frozen=True, kw_only=True)
class Payer:
    """Who spends, and from which passbook."""

    account: str
    """The passbook that pays: a household's id, or a person's own."""
    household: str
    """The household whose limits it counts towards."""
    person: str
    """Whom it is for."""
    acting: str
    """Who did it: the person, or someone who acts for them (代办, R6)."""
    consent: Consent = "not_needed"
    """How the person agreed."""


@dataclass(eq=False, kw_only=True)
class Purchase(ABC):
    """A hold of `points` on `account`, and what was decided about it. `history` lists each step and its reason."""

    community: str
    id: str
    mode: Mode
    account: str
    person: str
    points: int
    hold: str
    hold_state: str = HoldState.REQUESTED
    version: int = 1
    history: list[dict[str, Any]] = field(default_factory=list)
    changed_at: datetime = field(init=False)
    """When its last step happened, or what its person sees of it changed."""

    def hold_placed(self, at: datetime) -> Events:
        """Go on with the purchase; release the hold at once if the purchase has ended meanwhile."""
        if self.hold_state != HoldState.REQUESTED:
            return []
        self.hold_state = HoldState.PLACED
        return self._confirm(at) if self._is_waiting else self._release_events(at)

    def hold_refused(self, available: int, at: datetime, reason: str = InsufficientPoints.code) -> bool:
        """End the purchase, whose account has only `available` points or is closed.

        Returns whether this ended it, so that its stock must be given back.
        """
        if self.hold_state != HoldState.REQUESTED:
            return False
        self.hold_state = HoldState.REFUSED
        if not self._is_waiting:
            return False
        self._refuse(at, available, reason)
        return True

    def hold_ended(self, state: HoldState, at: datetime) -> None:
        """Note that the hold was captured or released, as decided here."""
        if self.hold_state == HoldState.PLACED:
            self.hold_state = state
            self._add_step(str(state), at)

    @property
    @abstractmethod
    def _is_waiting(self) -> bool:
        """Whether only the answer about the hold is missing."""

    @abstractmethod
    def _confirm(self, at: datetime) -> Events:
        """Go on with the purchase and return what to publish."""

    @abstractmethod
    def _refuse(self, at: datetime, available: int, reason: str) -> None:
        """End the purchase for want of points or because the account is closed."""

    @abstractmethod
    def _release_events(self, at: datetime) -> Events:
        """Return the event by which aggregation releases the hold."""

    def _release(self, at: datetime) -> Events:
        """Return the release of the hold if it is placed; otherwise `hold_placed` returns it later."""
        return self._release_events(at) if self.hold_state == HoldState.PLACED else []

    def _add_step(self, step: str, at: datetime, **facts: Any) -> None:
        self.version += 1
        self.changed_at = at
        self.history = [*self.history, {"step": step, "at": at.isoformat(), **facts}]
