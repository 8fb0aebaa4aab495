"""Letting go of what is personal when somebody is erased: his words, what was said on his claims, his proof.

What he did, for which points, who decided it and when stays: the ledger and the lists stand on it.
"""

from contracts.calendar import day_of
from contracts.registry import ResidentErased
from directory import keep
from messaging.sql.redaction import redact_replies
from services.claims.domain.evidence import Evidence
from services.claims.store import ClaimsTransaction, Office
from services.claims.store.traces import due_again


def hear_of_erasure(tx: ClaimsTransaction, event: ResidentErased) -> None:
    """Forget him now, and once more when whatever was under way has ended; nothing of him is taken in from here on."""
    keep(tx.session, [event])
    forget(tx, event.community, event.person)
    tx.office_of(event.community).traces(event.person).again(tx.now)


def forget_again(tx: ClaimsTransaction) -> None:
    """The second time of those whose time has come."""
    for community, person in due_again(tx.session, tx.now):
        forget(tx, community, person)


def forget(tx: ClaimsTransaction, community: str, person: str) -> None:
    """Empty his claims of words and proof; those on which nobody has decided are withdrawn."""
    office = tx.office_of(community)
    traces = office.traces(person)
    his = traces.claims()
    proof = {piece for claim in his for piece in claim.evidence}
    for claim in his:
        if withdrawn := claim.forget(tx.now):
            tx.emit(withdrawn)
            office.claims.note(claim.id, withdrawn)
    traces.empty_words([claim.id for claim in his])
    proof |= {piece.id for piece in traces.uploads() if not _in_office(office, piece)}
    traces.drop(proof - traces.carried(proof), tx.now)
    redact_replies(tx.session, person)


def _in_office(office: Office, piece: Evidence) -> bool:
    """Whether it was uploaded by who served the community that day: his photos of a round are the community's."""
    held = office.directory.roles_of(piece.uploaded_by, day_of(piece.uploaded_at))
    return bool(held.grids or held.offices)
