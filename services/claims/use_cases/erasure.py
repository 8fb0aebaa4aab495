"""Erasing the personal data of a person: texts of their claims, acts and suspensions, and their evidence.

Deeds, points, decisions and their times stay, because the ledger and the published lists depend on them.
"""

from contracts.registry import ResidentErased
from directory import apply_facts
from messaging.sql.redaction import redact_replies
from services.claims.store import ClaimsScope, ClaimsTransaction
from services.claims.use_cases.retention import uploaded_in_office


def erase_resident(tx: ClaimsTransaction, event: ResidentErased) -> None:
    """Erase a person's data now, and once more when requests under way have ended."""
    apply_facts(tx.session, [event])
    scope = tx.scope_of(event.community)
    _erase(scope, event.person)
    scope.personal_data_of(event.person).repeat_later(tx.now)


def repeat_erasures(tx: ClaimsTransaction) -> None:
    """Repeat the erasures that are due."""
    for community, person in tx.erasures.take_due(tx.now):
        _erase(tx.scope_of(community), person)


def _erase(scope: ClaimsScope, person: str) -> None:
    """Empty the person's texts, delete their evidence and withdraw their undecided claims."""
    data = scope.personal_data_of(person)
    claims = data.lock_claims()
    evidence = {id for claim in claims for id in claim.evidence}
    for claim in claims:
        if withdrawn := claim.erase_personal_data(scope.now):
            scope.tx.emit(withdrawn)
            scope.claims.add_step(claim.id, withdrawn)
    data.empty_texts([claim.id for claim in claims])
    evidence |= {upload.id for upload in data.uploads() if not uploaded_in_office(scope, upload)}
    scope.evidence.delete(evidence - scope.evidence.carried_by_claims(evidence), scope.now)
    redact_replies(scope.session, person)
