"""What orders and till payments share: points held at the bank, and a single decision on how that hold ends (R28).

The exchange asks (`ASKED`), the bank answers once (`PLACED` or `REFUSED`), the exchange decides once, and the bank
follows (`CAPTURED` or `RELEASED`). A decision taken before the bank's answer waits for it, so that the bank never
hears of the end of a hold before its beginning. An answer told twice changes nothing.
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
"""Test purchases have books of their own: they touch neither stock nor the bank."""

Events = Sequence[Event]


class Bank(StrEnum):
    """What the bank last said about the hold."""

    ASKED = "asked"
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
    """The household it is counted to."""
    person: str
    """Whom it is for."""
    acting: str
    """Who did it: the person himself, or whoever acts for him (代办, R6)."""


@dataclass(eq=False, kw_only=True)
class Purchase(ABC):
    """A hold of `points` on `account`, and what was decided about it. `history` tells each step and why."""

    community: str
    id: str
    mode: Mode
    account: str
    person: str
    points: int
    hold: str
    bank: str = Bank.ASKED
    version: int = 1
    history: list[dict[str, Any]] = field(default_factory=list)

    def hold_placed(self, at: datetime) -> Events:
        """The bank set the points aside. If they are no longer wanted, they go back at once."""
        if self.bank != Bank.ASKED:
            return []
        self.bank = Bank.PLACED
        return self._granted(at) if self._waiting else self._given_up(at)

    def hold_refused(self, available: int, at: datetime, reason: str = InsufficientPoints.code) -> bool:
        """The account has only `available` points, or is closed. True if that decides it, so that stock goes back."""
        if self.bank != Bank.ASKED:
            return False
        self.bank = Bank.REFUSED
        if not self._waiting:
            return False
        self._denied(at, available, reason)
        return True

    def hold_ended(self, answer: Bank, at: datetime) -> None:
        """The bank did as it was told: `CAPTURED` or `RELEASED`."""
        if self.bank == Bank.PLACED:
            self.bank = answer
            self._record(str(answer), at)

    @property
    @abstractmethod
    def _waiting(self) -> bool:
        """Whether nothing was decided yet, but for the bank's answer."""

    @abstractmethod
    def _granted(self, at: datetime) -> Events:
        """The purchase goes on."""

    @abstractmethod
    def _denied(self, at: datetime, available: int, reason: str) -> None:
        """The purchase ends, for want of points or because the account is closed."""

    @abstractmethod
    def _given_up(self, at: datetime) -> Events:
        """Tell the bank to release the hold."""

    def _release(self, at: datetime) -> Events:
        """Release the hold now if the bank has it; if its answer is still to come, then."""
        return self._given_up(at) if self.bank == Bank.PLACED else []

    def _record(self, step: str, at: datetime, **why: Any) -> None:
        self.version += 1
        self.history = [*self.history, {"step": step, "at": at.isoformat(), **why}]
