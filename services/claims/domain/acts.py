"""Acts that the platform's own lists record, such as taking part in an activity or finishing a course (R11)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.errors import EarningOff, Refusal
from contracts.policy import Policy
from services.claims.domain.rulebooks import Item


@dataclass(kw_only=True, eq=False)
class Act:
    """One person's part in an activity: counted as a claim, or stored with the reason why it does not count."""

    community: str
    id: str
    person: str
    item: str
    happened_at: datetime
    place: str
    cause: str
    recorded_by: str
    recorded_at: datetime
    claim: str | None = None
    refused: str | None = None
    """The code of the refusal."""
    reason: str = ""
    record: str | None = None
    """The record of another service that proves it; None for one of a list that an office sent."""
    undone_by: str | None = None
    undone_at: datetime | None = None

    def count_as(self, claim: str) -> None:
        """Note the claim that the act became."""
        self.claim = claim

    def refuse(self, refusal: Refusal) -> None:
        """Note why the act earns nothing, such as a reached cap."""
        self.refused, self.reason = refusal.code, refusal.detail

    def undo(self, by: str, at: datetime) -> bool:
        """Note that its record was taken back; return False for a repeat."""
        if self.undone_at:
            return False
        self.undone_by, self.undone_at = by, at
        return True


RecordKind = Literal["attendance", "course", "suggestion", "share"]
"""What other services record of people (R33)."""

_SWITCHES: dict[RecordKind, str] = {
    "attendance": "attendance_earns",
    "course": "courses_earn",
    "suggestion": "suggestions_earn",
    "share": "shares_earn",
}
_HOUR = "小时"
"""The unit of items that count hours."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What another service recorded of a person: the proof of an act."""

    kind: RecordKind
    id: str
    person: str
    item: str
    happened_at: datetime
    place: str
    cause: str
    by: str
    """Who confirmed it."""
    recorded_by: tuple[str, ...] = ()
    """Who had a part in it, beside the person."""
    minutes: int | None = None

    def require_earning(self, policy: Policy) -> None:
        """Raise `EarningOff` if the community switched its kind off."""
        if not getattr(policy, _SWITCHES[self.kind]):
            raise EarningOff()

    def quantity(self, item: Item) -> int:
        """Return how many units it counts: full hours for items in hours, at least one and at most the item's."""
        if item.unit != _HOUR or self.minutes is None:
            return 1
        return max(1, min(self.minutes // 60, item.max_quantity))
