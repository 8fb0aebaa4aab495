"""The timeline of a claim: every step with its actor, time and reason, made from events (R15)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from contracts.claims import ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.event import Event
from contracts.review import (
    ApprovalVoted,
    ClaimEndorsed,
    ClaimRefused,
    ClaimReturned,
    EntryApproved,
    EntryCorrected,
    EntryFinalized,
    EntryObjected,
    ObjectionRuled,
    PeriodPublished,
    ReviewOverdue,
    RulingOverdue,
)

_STEPS: dict[type[Event], str] = {
    ClaimSubmitted: "submitted",
    ClaimResubmitted: "resubmitted",
    ClaimWithdrawn: "withdrawn",
    ClaimReturned: "returned",
    ClaimRefused: "refused",
    ClaimEndorsed: "endorsed",
    ApprovalVoted: "voted",
    EntryApproved: "approved",
    PeriodPublished: "published",
    EntryObjected: "objected",
    ObjectionRuled: "objection_ruled",
    EntryCorrected: "corrected",
    EntryFinalized: "final",
    ReviewOverdue: "judge_reminded",
    RulingOverdue: "branch_reminded",
}

_ANONYMOUS = (EntryObjected,)
"""Steps whose author the person of the claim never learns (R16)."""
_FACTS = ("rulebook", "period", "window_closes_at", "upheld", "false_claim", "votes", "quorum", "judge")


@dataclass(kw_only=True, eq=False)
class Step:
    """One step of a timeline. Steps are never changed, except that an erased person's reasons are emptied."""

    community: str
    claim: str
    step: str
    at: datetime
    by: str | None = None
    reason: str = ""
    points: int | None = None
    facts: dict[str, Any]
    """What only some steps have: rulebook, period, window, ruling on an objection, votes."""

    def without_reason(self) -> Self:
        """Return the step without its reason, for the claims of erased people."""
        return replace(self, reason="")

    @classmethod
    def of(cls, claim: str, event: Event) -> Self:
        """Return the step that `event` is for `claim`."""
        data = event.dump()
        return cls(
            community=event.community,
            claim=claim,
            step=_STEPS[type(event)],
            at=event.at,  # type: ignore[attr-defined]
            by=None if isinstance(event, _ANONYMOUS) else data.get("by") or data.get("declared_by"),
            reason=data.get("reason", ""),
            points=data.get("points") if not isinstance(event, PeriodPublished) else None,
            facts={name: data[name] for name in _FACTS if name in data},
        )
