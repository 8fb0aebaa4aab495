"""Taking back what a record earned that was itself taken back (R33)."""

from contracts.claims import ActUndone
from contracts.errors import WrongState
from services.review.domain.correction_proposals import CorrectionProposal
from services.review.domain.entries import Entry, EntryState
from services.review.domain.office_decisions import of_correction
from services.review.domain.reviewers import CLOCK, Reviewer
from services.review.domain.reviews import Stage
from services.review.store import ReviewScope
from services.review.use_cases import duties
from services.review.use_cases.incoming import FactNotReceived

_REASON = "平台的参与记录已撤销"


def undo_act(scope: ReviewScope, event: ActUndone) -> None:
    """Withdraw an undecided review; correct an entry that is not final to zero; propose that for a final one.

    Two people confirm the correction of a final entry, as always (R16). Raises `FactNotReceived`, and while another
    correction of the entry waits.
    """
    review = scope.reviews.lock_by_source([event.claim]).get(event.claim)
    if review is None:
        raise FactNotReceived(event.claim)
    if review.stage is not Stage.APPROVED:
        review.withdraw(event.sequence, scope.now)
        return
    entry = scope.entries.of_review(review.id)
    if entry is None:
        raise FactNotReceived(event.claim)
    if entry.points + entry.corrected == 0:
        return
    by = Reviewer(person=event.by)
    if entry.state is EntryState.FINAL:
        _propose(scope, entry, by)
    else:
        scope.corrections.add(entry.correct(0, _REASON, by, scope.now, confirmed_by=CLOCK))


def _propose(scope: ReviewScope, entry: Entry, by: Reviewer) -> None:
    try:
        scope.corrections.require_none_open(entry.id)
    except WrongState as waiting:
        raise LookupError(f"another correction of {entry.id} waits") from waiting
    proposal = CorrectionProposal.propose(entry, 0, _REASON, by, scope.policy, scope.now)
    scope.corrections.add_proposal(proposal)
    scope.tx.emit(proposal.proposed())
    duties.record(scope, of_correction(proposal))
