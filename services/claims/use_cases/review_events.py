"""Applying review's events to claims: their status, and every step of their timelines (R15)."""

from collections.abc import Iterable
from itertools import groupby

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
from services.claims.domain.claims import Claim
from services.claims.domain.timeline import Step
from services.claims.store import ClaimsScope, ClaimsTransaction
from services.claims.use_cases.suspensions import count_false_claim

ClaimEvent = (
    ClaimReturned | ClaimRefused | ClaimEndorsed | ApprovalVoted | EntryApproved | EntryFinalized | EntryCorrected
)
REVIEW_EVENTS = (
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


def apply_review_events(tx: ClaimsTransaction, events: Iterable[Event]) -> None:
    """Apply events to their claims. Raises `LookupError` for an unknown claim, so that the events are retried."""
    events = list(events)
    for community in sorted({event.community for event in events}):
        _apply(tx.scope_of(community), [event for event in events if event.community == community])


def _apply(scope: ClaimsScope, events: list[Event]) -> None:
    """Apply runs of events about single claims together, since there may be thousands; all others one by one."""
    for about_claims, run in groupby(events, _is_about_claim):
        if about_claims:
            _apply_to_claims(scope, [event for event in run if isinstance(event, ClaimEvent)])
        else:
            for event in run:
                _apply_to_list(scope, event)


def _apply_to_claims(scope: ClaimsScope, events: list[ClaimEvent]) -> None:
    claims = scope.claims.lock({event.source for event in events})
    for event in events:
        claim = _find(claims, event.source)
        _apply_to_claim(claim, event)
        if isinstance(event, ClaimRefused) and event.false_claim:
            count_false_claim(scope, claim.id, claim.declared_by, event.at)
    scope.claims.update_reviewed(claims.values())
    scope.claims.add_steps(Step.of(event.source, event) for event in events)


def _apply_to_list(scope: ClaimsScope, event: Event) -> None:
    match event:
        case PeriodPublished():
            scope.claims.publish(event.period, event.at, Step.of("", event))
        case EntryObjected() | ObjectionRuled():
            _add_steps(scope, [event.entry], event)
        case RulingOverdue():
            _add_steps(scope, event.entries, event)
        case ReviewOverdue():
            scope.claims.add_steps(Step.of(claim, event) for claim in event.claims)


def _add_steps(scope: ClaimsScope, entries: Iterable[str], event: Event) -> None:
    """Add the event to the timelines of the claims of these entries; entries of awards have no claim."""
    claims = (scope.claims.of_entry(entry) for entry in entries)
    scope.claims.add_steps(Step.of(claim.id, event) for claim in claims if claim)


def _is_about_claim(event: Event) -> bool:
    """Return whether the event is about one claim, and not about an inspection's award."""
    return isinstance(event, ClaimEvent) and event.origin == "claim"


def _find(claims: dict[str, Claim], claim: str) -> Claim:
    if claim not in claims:
        raise LookupError(f"{claim} is not known yet")
    return claims[claim]


def _apply_to_claim(claim: Claim, event: ClaimEvent) -> None:
    match event:
        case ClaimReturned() | ClaimRefused() | ClaimEndorsed():
            claim.apply_decision(event)
        case EntryApproved() | EntryFinalized() | EntryCorrected():
            claim.apply_entry(event)
