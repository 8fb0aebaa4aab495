"""Following what review decides about claims: their status, and every step of their timelines (R15)."""

from collections.abc import Iterable

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
from services.claims.domain.claim import Claim
from services.claims.domain.timeline import Step
from services.claims.store import ClaimsTransaction
from services.claims.suspending import hear_of_false_claim

FOLLOWED = (
    ClaimReturned,
    ClaimRefused,
    ClaimEndorsed,
    ApprovalVoted,
    EntryApproved,
    PeriodPublished,
    EntryObjected,
    ObjectionRuled,
    EntryFinalized,
    EntryCorrected,
    ReviewOverdue,
    RulingOverdue,
)


def follow(tx: ClaimsTransaction, events: Iterable[Event]) -> None:
    """Let each claim hear what concerns it. Raises `LookupError` for a claim not known here, to be told again later."""
    events = list(events)
    for community in sorted({event.community for event in events}):
        _follow_in(tx, community, [event for event in events if event.community == community])


def _follow_in(tx: ClaimsTransaction, community: str, events: list[Event]) -> None:
    office = tx.office_of(community)
    claims = office.claims
    known = claims.locked({event.source for event in events if _concerns_a_claim(event)})
    steps = []
    for event in events:
        match event:
            case PeriodPublished():
                claims.publish(event.period, event.at, Step.of("", event))
            case EntryObjected() | ObjectionRuled():
                if claim := claims.of_entry(event.entry):
                    steps.append(Step.of(claim.id, event))
            case ReviewOverdue():
                steps += [Step.of(claim, event) for claim in event.claims]
            case RulingOverdue():
                steps += [Step.of(claim.id, event) for entry in event.entries if (claim := claims.of_entry(entry))]
            case _ if _concerns_a_claim(event):
                claim = _found(known, event.source)
                _hear(claim, event)
                if isinstance(event, ClaimRefused) and event.false_claim:
                    hear_of_false_claim(office, claim.id, claim.declared_by, event.at)
                steps.append(Step.of(event.source, event))
    claims.record(steps)


def _concerns_a_claim(event: Event) -> bool:
    """Awards of inspections are judged, too, and are none of ours."""
    return getattr(event, "origin", None) == "claim"


def _found(known: dict[str, Claim], claim: str) -> Claim:
    if claim not in known:
        raise LookupError(f"{claim} is judged before it is known here")
    return known[claim]


def _hear(claim: Claim, event: Event) -> None:
    match event:
        case ClaimReturned() | ClaimRefused() | ClaimEndorsed():
            claim.hear_judgement(event)
        case EntryApproved() | EntryFinalized() | EntryCorrected():
            claim.hear_entry(event)
