"""Submitting, resubmitting and withdrawing claims (R6–R8, R10)."""

from collections.abc import Sequence
from datetime import date, datetime

from contracts import ids
from contracts.claims import BookKind
from contracts.errors import NotEligible, NotFound, PhotosRefused
from directory import PersonFacts
from directory.permissions import TELL_ON_PAPER
from services.claims import permissions
from services.claims.domain.claims import AdmittedDeed, Claim, Claimant, Declaration
from services.claims.domain.rulebooks import Item
from services.claims.store import ClaimsScope, DeclarationFacts


def submit_claim(scope: ClaimsScope, declaration: Declaration, person: str | None) -> Claim:
    """Store a claim of the caller, or of `person` for whom they declare (R6), and emit ClaimSubmitted.

    Raises what refuses the declaration.
    """
    person = person or scope.person
    facts = scope.declaration_facts(person, declaration.day)
    claimant = _claimant(scope, person, declaration.day, facts.person)
    if person != scope.person:
        permissions.require_declare_for(scope, claimant)
    if facts.suspended:
        _raise_suspension(scope)
    id = ids.new("clm")
    if person != scope.person and scope.photo_consents.refuses(person, declaration.evidence):
        raise PhotosRefused(errors=[{"pointer": "/evidence_ids", "detail": PhotosRefused.message}])
    deed = _admit(scope, id, declaration, claimant, facts, declared_at=scope.now, uploaders={scope.person, person})
    claim = Claim.submit(community=scope.community, id=id, deed=deed, by=scope.person, at=scope.now)
    _add(scope, claim)
    scope.accesses.record(person, "declared", claim.id)
    return claim


def submit_system_claim(
    scope: ClaimsScope, declaration: Declaration, person: str, recorded_by: Sequence[str] | None = None
) -> Claim:
    """Store a claim of an act that the platform recorded, within the caps and without first review (R11).

    `recorded_by` had a part in the record, by default the caller.

    Emits ClaimSubmitted. Raises what refuses the declaration.
    """
    facts = scope.declaration_facts(person, declaration.day)
    claimant = _claimant(scope, person, declaration.day, facts.person)
    id = ids.new("clm")
    deed = _admit(scope, id, declaration, claimant, facts, declared_at=scope.now, uploaders=set(), system_made=True)
    claim = Claim.submit(community=scope.community, id=id, deed=deed, by=person, at=scope.now, system_made=True)
    _add(scope, claim, recorded_by=(scope.person,) if recorded_by is None else recorded_by)
    return claim


def resubmit_claim(scope: ClaimsScope, claim_id: str, declaration: Declaration) -> Claim:
    """Replace the deed of a returned claim and emit ClaimResubmitted; its time limit counts from the first declaration.

    Raises `NotFound`, `Forbidden`, `WrongState` and what refuses the declaration.
    """
    claim = scope.claims.get_visible(scope.reader, claim_id, for_update=True)
    claim.require_declarer(scope.person)
    claim.require_returned()
    facts = scope.declaration_facts(claim.person, declaration.day)
    claimant = _claimant(scope, claim.person, declaration.day, facts.person)
    uploaders = {scope.person, claim.person, claim.declared_by}
    deed = _admit(scope, claim.id, declaration, claimant, facts, declared_at=claim.submitted_at, uploaders=uploaders)
    event = claim.resubmit(deed, scope.now)
    scope.tx.emit(event)
    scope.claims.add_step(claim.id, event)
    return claim


def list_notices(scope: ClaimsScope, limit: int, cursor: str | None) -> list[Claim]:
    """Return claims of which the caller is to tell their persons on paper, the oldest first."""
    courtyards = scope.courtyards_for(TELL_ON_PAPER)
    return scope.claim_lists.to_tell_on_paper(
        scope.now, courtyards=courtyards, but_declared_by=scope.person, limit=limit, after=cursor
    )


def mark_told(scope: ClaimsScope, claim_id: str) -> Claim:
    """Note that the caller told the claim's person on paper. Raises `NotFound`, `RoleMissing`, `WrongState`."""
    claim = scope.claims.get(claim_id, for_update=True)
    permissions.require_tell(scope, claim)
    claim.mark_told(scope.person, scope.now)
    return claim


def withdraw_claim(scope: ClaimsScope, claim_id: str) -> Claim:
    """Withdraw an undecided claim and emit ClaimWithdrawn. Raises `NotFound`, `Forbidden`, `WrongState`."""
    claim = scope.claims.get_visible(scope.reader, claim_id, for_update=True)
    event = claim.withdraw(scope.person, scope.now)
    scope.tx.emit(event)
    scope.claims.add_step(claim.id, event)
    return claim


def _add(scope: ClaimsScope, claim: Claim, recorded_by: Sequence[str] = ()) -> None:
    event = claim.submitted(recorded_by)
    scope.claims.add(claim, event)
    scope.tx.emit(event)


def _admit(
    scope: ClaimsScope,
    claim: str,
    declaration: Declaration,
    claimant: Claimant,
    facts: DeclarationFacts,
    *,
    declared_at: datetime,
    uploaders: set[str],
    system_made: bool = False,
) -> AdmittedDeed:
    """Check a declaration against time limit, rulebook, evidence and caps. Raises what refuses it."""
    policy = facts.person.policy
    declaration.require_in_time(declared_at, policy)
    rulebook = scope.rulebooks.adopted(facts.rulebook, declaration.day)
    item = rulebook.item(declaration.item)
    item.require_claimable(
        quantity=declaration.quantity,
        book=claimant.book,
        evidence=len(declaration.evidence),
        policy=policy,
        system_made=system_made,
    )
    scope.evidence.require_usable(declaration.evidence, uploaders)
    _require_caps(scope, claim, declaration, claimant, item)
    flags = scope.evidence.flags_for(declaration.evidence, claim)
    return AdmittedDeed(declaration=declaration, claimant=claimant, item=item, rulebook=rulebook, flags=flags)


def _claimant(scope: ClaimsScope, person: str, day: date, facts: PersonFacts) -> Claimant:
    """Return the person with their household, courtyard and book on the day of the act (R3, R22).

    Raises `NotFound` for unknown and erased people, `NotEligible` for those who did not live here that day.
    """
    if facts.erased:
        raise NotFound("没有此居民", errors=[{"pointer": "/person_id", "detail": "没有此居民"}])
    headed = facts.roles.courtyards
    courtyard = facts.courtyard or min(headed, default=None)
    if courtyard is None:
        if person != scope.person and not scope.directory.knows(person):
            raise NotFound("没有此居民", errors=[{"pointer": "/person_id", "detail": "没有此居民"}])
        raise NotEligible("行为发生当日，该居民不在本社区居住", facts={"day": day.isoformat()})
    book: BookKind = "head" if headed else "household"
    return Claimant(person=person, household=facts.household, courtyard=courtyard, book=book)


def _raise_suspension(scope: ClaimsScope) -> None:
    if suspension := scope.suspensions.active(scope.person, scope.today):
        raise suspension.refusal()


def _require_caps(scope: ClaimsScope, claim: str, declaration: Declaration, claimant: Claimant, item: Item) -> None:
    """Raise `CapReached` unless the claim fits; caps stay locked, so that concurrent claims cannot pass them."""
    scope.claims.lock_caps(item, claimant)
    for cap in item.caps:
        used = scope.claims.used(cap, item, claimant, declaration.day, but=claim)
        cap.require_room(item.amount(cap, declaration.quantity), used, declaration.day)
