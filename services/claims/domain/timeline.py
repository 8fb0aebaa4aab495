"""The timeline of a claim: every step, who took it, when and why, told from the events themselves (R15)."""

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

_FACTS = ("rulebook", "period", "window_closes_at", "upheld", "false_claim", "votes", "quorum", "judge")


@dataclass(kw_only=True, eq=False)
class Step:
    """One line of a timeline; written once, never changed, but for its reason, which may be emptied."""

    community: str
    claim: str
    step: str
    at: datetime
    by: str | None = None
    reason: str = ""
    points: int | None = None
    facts: dict[str, Any]
    """What only this kind of step has: the rulebook, the period, the window, how an objection was ruled."""

    def without_words(self) -> Self:
        """What happened, when and by whom, but not why: of erased people no words are kept, however late they come."""
        return replace(self, reason="")

    @classmethod
    def of(cls, claim: str, event: Event) -> Self:
        """The step that `event` is in the life of `claim`."""
        told = event.dump()
        return cls(
            community=event.community,
            claim=claim,
            step=_STEPS[type(event)],
            at=event.at,  # type: ignore[attr-defined]
            by=told.get("by") or told.get("declared_by"),
            reason=told.get("reason", ""),
            points=told.get("points") if not isinstance(event, PeriodPublished) else None,
            facts={name: told[name] for name in _FACTS if name in told},
        )
