"""The record of what offices decided, which every resident can read (R4, R15).

Appointments, settings, new members of households, prices, adjusted scores, corrections.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts import ids
from contracts.claims import RulebookAdopted
from contracts.event import Event
from contracts.exchange import RewardDecided, RewardStep
from contracts.instants import instant
from contracts.registry import (
    Appointed,
    AppointmentEnded,
    PolicySet,
    ProposalDecided,
    ProposalMade,
    SpendingWaitChanged,
)
from contracts.review import OfficeDecisionKind, OfficeDecisionRecorded
from services.review.domain.correction_proposals import CorrectionProposal, ProposalState
from services.review.domain.entries import Entry


@dataclass(frozen=True, kw_only=True)
class OfficeDecision:
    """One decision of an office. It is never changed."""

    community: str
    kind: OfficeDecisionKind
    subject: str
    """The id of what was decided on: an appointment, a proposal, the community, an entry, a correction or a reward."""
    by: str
    facts: dict[str, Any]
    at: datetime
    id: str = field(default_factory=lambda: ids.new("ofd"))

    def recorded(self) -> OfficeDecisionRecorded:
        """Return the event of a new decision."""
        return OfficeDecisionRecorded(
            community=self.community, decision=self.id, kind=self.kind, about=self.subject, by=self.by, at=self.at
        )


def of_registry(event: Event, at: datetime) -> OfficeDecision | None:
    """Return the decision that an event of the registry reports; None when no person made it."""
    facts: dict[str, Any]
    match event:
        case Appointed(by=str(by)) | AppointmentEnded(by=str(by)):
            kind: OfficeDecisionKind = "appointed" if isinstance(event, Appointed) else "appointment_ended"
            facts = {"person": event.person, "role": event.role, "scope": event.scope, "since": str(event.since)}
            facts |= {"until": str(event.until) if event.until else None}
            return OfficeDecision(
                community=event.community, kind=kind, subject=event.appointment, by=by, facts=facts, at=at
            )
        case PolicySet(by=str(by)):
            facts = {"settings": {name: event.settings[name] for name in event.changed}}
            facts |= {"approved_by": event.approved_by}
            return OfficeDecision(
                community=event.community, kind="settings_changed", subject=event.community, by=by, facts=facts, at=at
            )
        case SpendingWaitChanged(state="open", ends_at=datetime()) | SpendingWaitChanged(state="allowed" | "denied"):
            return _of_spending_wait(event)
        case ProposalMade() | ProposalDecided():
            facts = {"kind": event.kind, "settings": list(event.settings), "role": event.role, "person": event.person}
            if isinstance(event, ProposalDecided):
                facts |= {"approved": event.approved}
            return OfficeDecision(
                community=event.community,
                kind="proposal_decided" if isinstance(event, ProposalDecided) else "proposal_made",
                subject=event.proposal,
                by=event.by,
                facts=facts,
                at=event.at,
            )
    return None


def _of_spending_wait(event: SpendingWaitChanged) -> OfficeDecision:
    """Return who registered or moved somebody into a household of others, or who ruled on it."""
    facts: dict[str, Any] = {"person": event.person, "household": event.household, "cause": event.cause}
    if event.state == "open":
        facts |= {"spends_from": event.ends_at and instant(event.ends_at)}
    else:
        facts |= {"allowed": event.state == "allowed"}
    return OfficeDecision(
        community=event.community,
        kind="spending_wait_opened" if event.state == "open" else "spending_wait_ruled",
        subject=event.wait,
        by=event.by or event.recorded_by,
        facts=facts,
        at=event.at,
    )


def of_rulebook(event: RulebookAdopted) -> OfficeDecision | None:
    """Return the decision to adopt a rulebook; None for events of before its adopter was named."""
    if event.by is None or event.at is None:
        return None
    return OfficeDecision(
        community=event.community,
        kind="rulebook_adopted",
        subject=event.rulebook,
        by=event.by,
        facts={
            "version": event.version,
            "effective_from": event.effective_from.isoformat(),
            "drafted_by": event.drafted_by,
            "loosened": list(event.loosened),
        },
        at=event.at,
    )


_REWARD_KINDS: dict[RewardStep, OfficeDecisionKind] = {
    "changed": "reward_changed",
    "proposed": "reward_proposed",
    "approved": "reward_approved",
    "refused": "reward_refused",
}


def of_reward(event: RewardDecided) -> OfficeDecision:
    """Return the decision on a reward that an event of the exchange reports."""
    return OfficeDecision(
        community=event.community,
        kind=_REWARD_KINDS[event.step],
        subject=event.reward,
        by=event.by,
        facts={"name": event.title, "points": event.points, "points_before": event.points_before},
        at=event.at,
    )


def of_adjustment(entry: Entry) -> OfficeDecision | None:
    """Return the decision to approve an entry for other points than its score; None for the score itself."""
    if entry.points == entry.score:
        return None
    return OfficeDecision(
        community=entry.community,
        kind="score_adjusted",
        subject=entry.id,
        by=entry.approved_by,
        facts={"score": entry.score, "points": entry.points},
        at=entry.approved_at,
    )


def of_correction(proposal: CorrectionProposal) -> OfficeDecision:
    """Return the decision to propose, confirm or refuse a correction."""
    kinds: dict[ProposalState, OfficeDecisionKind] = {
        ProposalState.OPEN: "correction_proposed",
        ProposalState.CONFIRMED: "correction_confirmed",
        ProposalState.REFUSED: "correction_refused",
    }
    return OfficeDecision(
        community=proposal.community,
        kind=kinds[proposal.state],
        subject=proposal.entry,
        by=proposal.decided_by or proposal.proposed_by,
        facts={"correction": proposal.id, "points": proposal.points, "corrected_to": proposal.corrected_to},
        at=proposal.decided_at or proposal.proposed_at,
    )
