"""Following what review decides about claims: their status, and every step of their timelines (R15)."""

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
from services.claims.domain.claim import Claim
from services.claims.domain.timeline import Step
from services.claims.store import ClaimsTransaction, Office
from services.claims.store.claims import Claims
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
        _follow_in(tx.office_of(community), [event for event in events if event.community == community])


def _follow_in(office: Office, events: list[Event]) -> None:
    """Judgements come by the thousand and are taken in together; what else review says, one after the other."""
    for judgements, together in groupby(events, _concerns_a_claim):
        if judgements:
            _hear_judgements(office, list(together))
        else:
            for event in together:
                _hear_of_entries(office.claims, event)


def _hear_judgements(office: Office, events: list[Event]) -> None:
    known = office.claims.locked({event.source for event in events})
    for event in events:
        claim = _found(known, event.source)
        _hear(claim, event)
        if isinstance(event, ClaimRefused) and event.false_claim:
            hear_of_false_claim(office, claim.id, claim.declared_by, event.at)
    office.claims.heard(known.values())
    office.claims.record(Step.of(event.source, event) for event in events)


def _hear_of_entries(claims: Claims, event: Event) -> None:
    match event:
        case PeriodPublished():
            claims.publish(event.period, event.at, Step.of("", event))
        case EntryObjected() | ObjectionRuled():
            _note(claims, [event.entry], event)
        case RulingOverdue():
            _note(claims, event.entries, event)
        case ReviewOverdue():
            claims.record(Step.of(claim, event) for claim in event.claims)


def _note(claims: Claims, entries: Iterable[str], event: Event) -> None:
    """On the timelines of the claims these entries came from; awards have none."""
    claims.record(Step.of(claim.id, event) for entry in entries if (claim := claims.of_entry(entry)))


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
