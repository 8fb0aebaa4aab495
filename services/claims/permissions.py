"""Who may do what with claims, evidence and records, beyond what `directory.permissions` says of roles."""

from contracts.errors import NotFound
from directory.permissions import (
    DECLARE_FOR_HEAD,
    DECLARE_FOR_RESIDENT,
    READ_RECORDS_OF_COMMUNITY,
    READ_RECORDS_OF_COURTYARD,
    TELL_ON_PAPER,
)
from services.claims.domain.claims import Claim, Claimant
from services.claims.domain.evidence import Evidence
from services.claims.store import ClaimsScope


def require_declare_for(scope: ClaimsScope, claimant: Claimant) -> None:
    """Raise `RoleMissing` unless the caller may declare for somebody else (R8).

    Heads declare for the residents of their courtyard, grid officers for everybody in their grid, heads included.
    """
    action = DECLARE_FOR_HEAD if claimant.book == "head" else DECLARE_FOR_RESIDENT
    scope.require(action, courtyard=claimant.courtyard)


def require_read_records(scope: ClaimsScope, courtyard: str | None) -> None:
    """Raise unless the caller may read the daily records of a courtyard, or of the community if None (R9).

    `RoleMissing` for the community; `NotFound` for a courtyard, also when there is none.
    """
    if courtyard is None:
        scope.require(READ_RECORDS_OF_COMMUNITY)
    elif not scope.may(READ_RECORDS_OF_COURTYARD, courtyard=courtyard) or scope.directory.grid_of(courtyard) is None:
        raise NotFound(READ_RECORDS_OF_COURTYARD.refusal)


def require_tell(scope: ClaimsScope, claim: Claim) -> None:
    """Raise `NotFound` unless the caller tells people of the claim's courtyard what was declared for them (R6)."""
    if not scope.may(TELL_ON_PAPER, courtyard=claim.courtyard) or not scope.reader.may_read(claim):
        raise NotFound("没有此申报")


def require_not_erased(scope: ClaimsScope) -> None:
    """Raise `NotFound` for a caller whose personal data was erased while their access token is still valid."""
    if scope.directory.erased([scope.person]):
        raise NotFound("没有此居民")


def require_open(scope: ClaimsScope, evidence: Evidence) -> None:
    """Raise `NotFound` unless the caller uploaded the evidence, or did or may review a claim that carries it (R10)."""
    if evidence.uploaded_by == scope.person or scope.reader.reviews_all:
        return
    if not any(may_open_in(scope, evidence, claim) for claim in scope.evidence.claims_with(evidence.id)):
        raise NotFound("没有此证明材料")


def may_open_in(scope: ClaimsScope, evidence: Evidence, claim: Claim) -> bool:
    """Return whether the caller uploaded the evidence, or did or may review `claim`, which carries it (R10)."""
    people = (evidence.uploaded_by, claim.person)
    return scope.person in people or scope.reader.reviews_all or scope.reader.may_review(claim)
