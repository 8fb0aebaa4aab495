"""Waits of people who newly get a say over a household's points: its members agree or refuse, or the wait passes (R6).

Whoever records people could otherwise register somebody invented into a household, sign in as them and spend.
"""

from dataclasses import dataclass, field
from datetime import datetime

from contracts import ids
from contracts.errors import AlreadyDecided, ReasonRequired, Recused, WrongState
from contracts.registry import SpendingWaitCause, SpendingWaitChanged, SpendingWaitState

BLOCKING: tuple[SpendingWaitState, ...] = ("open", "refused", "denied")
"""The states in which somebody does not spend, or not yet."""


OF_SIGNING_IN: tuple[SpendingWaitCause, ...] = ("invited", "phone_changed", "password_set", "reset")
"""The causes by which somebody else chose how the person signs in: they hold for all that the person can spend."""


@dataclass(eq=False, kw_only=True)
class SpendingWait:
    """Why a person does not spend a household's points yet, and who decided on it."""

    community: str
    cause: SpendingWaitCause
    person: str
    household: str
    deciders: list[str]
    """The adults who had a say over the points when it was opened; those who move out keep their answer."""
    recorded_by: str
    recorded_at: datetime
    ends_at: datetime | None
    """None: not before the person can sign in."""
    id: str = field(default_factory=lambda: ids.new("spw"))
    state: SpendingWaitState = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    ruled_by: str | None = None
    ruled_at: datetime | None = None
    ruling_reason: str = ""
    version: int = 1

    def opened(self) -> SpendingWaitChanged:
        """Return the event of a new wait."""
        return self._changed(None, self.recorded_at)

    def is_waiting(self, at: datetime) -> bool:
        """Return whether it is open and its time is not over: the household can answer."""
        return self.state == "open" and (self.ends_at is None or at < self.ends_at)

    def blocks(self, at: datetime) -> bool:
        """Return whether the person does not spend."""
        return self.state in BLOCKING and (self.state != "open" or self.is_waiting(at))

    def start(self, ends_at: datetime, at: datetime) -> SpendingWaitChanged:
        """Let the time begin, because the person can sign in now."""
        self.ends_at = ends_at
        return self._next(None, at)

    def agree(self, by: str, at: datetime) -> SpendingWaitChanged:
        """Let the person spend at once. Raises `AlreadyDecided`, `WrongState` when the wait is over."""
        return self._decide("agreed", by, "", at)

    def refuse(self, by: str, reason: str, at: datetime) -> SpendingWaitChanged:
        """Stop it until an office rules. Raises `AlreadyDecided`, `WrongState` when the wait is over."""
        return self._decide("refused", by, reason, at)

    def rule(self, allow: bool, by: str, reason: str, at: datetime) -> SpendingWaitChanged:
        """Decide, for an office, on what the household refused.

        Raises `Recused` for who recorded it or is concerned, `ReasonRequired`, `AlreadyDecided`, and `WrongState`
        unless it was refused.
        """
        if by in (self.recorded_by, self.person, *self.deciders):
            raise Recused("须由登记人以外、与本户无关的人裁定")
        if not reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "请说明理由"}])
        if self.state in ("allowed", "denied"):
            raise AlreadyDecided(facts={"state": self.state})
        if self.state != "refused":
            raise WrongState("本户没有拒绝，无须裁定", facts={"state": self.state})
        self.state = "allowed" if allow else "denied"
        self.ruled_by, self.ruled_at, self.ruling_reason = by, at, reason
        return self._next(by, at)

    def end(self, at: datetime) -> SpendingWaitChanged | None:
        """End it because its cause is gone: the person left the household, or proved their phone number.

        Return None when there is nothing to end.
        """
        if self.state not in BLOCKING:
            return None
        self.state = "ended"
        return self._next(None, at)

    def _decide(self, state: SpendingWaitState, by: str, reason: str, at: datetime) -> SpendingWaitChanged:
        if self.state != "open":
            raise AlreadyDecided(facts={"state": self.state})
        if not self.is_waiting(at):
            raise WrongState("等待期已过，如有异议请联系小区党支部或社区", facts={"state": "passed"})
        self.state, self.decided_by, self.decided_at, self.reason = state, by, at, reason
        return self._next(by, at)

    def _next(self, by: str | None, at: datetime) -> SpendingWaitChanged:
        self.version += 1
        return self._changed(by, at)

    def _changed(self, by: str | None, at: datetime) -> SpendingWaitChanged:
        return SpendingWaitChanged(
            community=self.community,
            sequence=self.version,
            wait=self.id,
            cause=self.cause,
            person=self.person,
            household=None if self.cause in OF_SIGNING_IN else self.household,
            state=self.state,
            ends_at=self.ends_at,
            recorded_by=self.recorded_by,
            by=by,
            at=at,
        )
