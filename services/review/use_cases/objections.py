"""Object to an entry, rule on the objection, correct a final entry.

Each locks the publication first and then the entry, as settlement does (R16).
"""

from directory.permissions import CONFIRM_CORRECTIONS, CORRECT_ENTRIES, RULE_ON_OBJECTIONS
from services.review import permissions
from services.review.domain.correction_proposals import CorrectionProposal
from services.review.domain.entries import Entry
from services.review.domain.objections import Objection, Ruling
from services.review.domain.office_decisions import of_correction
from services.review.domain.reviewers import Reviewer
from services.review.store import ReviewScope
from services.review.use_cases import duties


def object_to_entry(scope: ReviewScope, entry_id: str, reason: str) -> Objection:
    """Store the caller's objection to a published entry and freeze the entry."""
    permissions.require_resident(scope)
    publication = scope.publications.lock_against_settlement(scope.entries.get(entry_id))
    entry = scope.entries.get(entry_id, for_update=True)
    objection = Objection.raise_against(entry, publication, scope.person, reason, scope.now)
    scope.objections.add(objection)
    scope.tx.emit(objection.raised())
    return objection


def rule_on_objection(scope: ReviewScope, objection_id: str, ruling: Ruling) -> Objection:
    """Store the caller's ruling. If the month has settled meanwhile, make the entry final with its corrections."""
    objection = scope.objections.get(objection_id)
    permissions.require_read_objection(scope, objection)
    scope.require(RULE_ON_OBJECTIONS)
    entry = scope.entries.get(objection.entry)
    publication = scope.publications.lock_against_settlement(entry)
    entry = scope.entries.get(entry.id, for_update=True)
    objection = scope.objections.get(objection_id, for_update=True)
    correction = objection.rule(ruling, entry, permissions.reviewer(scope, [entry.day]), scope.now)
    if correction:
        scope.corrections.add(correction)
    scope.tx.emit(objection.ruled())
    if scope.directory.erased([objection.objector, entry.person]):
        objection.redact()
    if publication.settled_at:
        corrections = scope.corrections.of_entries([entry.id])[entry.id]
        scope.tx.emit(*entry.finalize(corrections, scope.person, scope.now))
    return objection


def propose_correction(scope: ReviewScope, entry_id: str, points: int, reason: str) -> CorrectionProposal:
    """Store the caller's proposal to correct a final entry; one at a time waits for each entry."""
    entry = scope.entries.get(entry_id, for_update=True)
    scope.require(CORRECT_ENTRIES)
    reviewer = permissions.reviewer(scope, [entry.day])
    proposal = CorrectionProposal.propose(entry, points, reason, reviewer, scope.policy, scope.now)
    scope.corrections.require_none_open(entry.id)
    scope.corrections.add_proposal(proposal)
    scope.tx.emit(proposal.proposed())
    duties.record(scope, of_correction(proposal))
    return proposal


def confirm_correction(scope: ReviewScope, correction_id: str) -> CorrectionProposal:
    """Correct the entry as somebody else proposed."""
    entry, proposal, reviewer = _open_correction(scope, correction_id)
    limit = duties.correction_limit(scope)
    limit.require_room(proposal.corrected_to - entry.points - entry.corrected)
    correction, corrected = proposal.confirm(entry, reviewer, scope.now)
    limit.add(correction.points)
    scope.corrections.add(correction)
    scope.tx.emit(corrected)
    duties.record(scope, of_correction(proposal))
    duties.alert(scope, limit)
    return proposal


def refuse_correction(scope: ReviewScope, correction_id: str, reason: str) -> CorrectionProposal:
    """Store that the caller refuses a correction that somebody else proposed."""
    entry, proposal, reviewer = _open_correction(scope, correction_id)
    proposal.refuse(entry, reason, reviewer, scope.now)
    duties.record(scope, of_correction(proposal))
    return proposal


def _open_correction(scope: ReviewScope, correction_id: str) -> tuple[Entry, CorrectionProposal, Reviewer]:
    """Return a proposal and its entry, both locked, and the caller. Raises `NotFound`, `RoleMissing`."""
    scope.require(CONFIRM_CORRECTIONS)
    entry = scope.entries.get(scope.corrections.proposal(correction_id).entry, for_update=True)
    proposal = scope.corrections.proposal(correction_id, for_update=True)
    return entry, proposal, permissions.reviewer(scope, [entry.day])
