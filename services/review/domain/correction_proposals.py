"""Corrections of final entries: one person proposes, another confirms or refuses (R16)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts import ids
from contracts.errors import AlreadyDecided, ReasonRequired, Recused
from contracts.policy import Policy
from contracts.review import CorrectionProposed, EntryCorrected
from services.review.domain.entries import Correction, Entry
from services.review.domain.reviewers import Reviewer


class ProposalState(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


@dataclass(kw_only=True, eq=False)
class CorrectionProposal:
    """What somebody wants a final entry to be worth. It changes nothing until another person confirms it."""

    community: str
    id: str
    """The id of the correction that follows when it is confirmed."""
    entry: str
    points: int
    """The difference to what the entry was worth when it was proposed."""
    corrected_to: int
    reason: str
    proposed_by: str
    interested: tuple[str, ...]
    proposed_at: datetime
    state: ProposalState = ProposalState.OPEN
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    version: int = 1

    @classmethod
    def propose(
        cls, entry: Entry, to: int, reason: str, by: Reviewer, policy: Policy, at: datetime
    ) -> "CorrectionProposal":
        """Return a proposal to correct a final entry.

        Raises `NotFinal`, `Recused`, `ReasonRequired`, `Invalid` when nothing would change or for points beyond the
        multiple of the score that the policy allows.
        """
        entry.require_final()
        difference = entry.difference_to(to, reason, by)
        entry.require_within(to, policy.adjustment_bound)
        return cls(
            community=entry.community,
            id=ids.new("cor"),
            entry=entry.id,
            points=difference,
            corrected_to=to,
            reason=reason,
            proposed_by=by.person,
            interested=entry.interested,
            proposed_at=at,
        )

    def proposed(self) -> CorrectionProposed:
        """Return the event of a new proposal."""
        return CorrectionProposed(
            community=self.community,
            correction=self.id,
            entry=self.entry,
            points=self.points,
            corrected_to=self.corrected_to,
            by=self.proposed_by,
            at=self.proposed_at,
        )

    def confirm(self, entry: Entry, by: Reviewer, at: datetime) -> tuple[Correction, EntryCorrected]:
        """Correct the entry. Raises `AlreadyDecided`, `Recused`, and as `Entry.correct_final` does."""
        self._require_open_to(by)
        by.require_no_interest(entry)
        proposer = Reviewer(person=self.proposed_by)
        correction, event = entry.correct_final(
            self.corrected_to, self.reason, proposer, at, id=self.id, confirmed_by=by.person
        )
        self._decide(ProposalState.CONFIRMED, by, at)
        return correction, event

    def refuse(self, entry: Entry, reason: str, by: Reviewer, at: datetime) -> None:
        """Leave the entry as it is. Raises `AlreadyDecided`, `Recused`, `ReasonRequired`."""
        self._require_open_to(by)
        by.require_no_interest(entry)
        if not reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "不予确认必须说明理由"}])
        self.decision_reason = reason
        self._decide(ProposalState.REFUSED, by, at)

    def _require_open_to(self, by: Reviewer) -> None:
        if self.state is not ProposalState.OPEN:
            raise AlreadyDecided(facts={"state": self.state.value})
        if by.person == self.proposed_by:
            raise Recused("此更正由您提出，应由另一人确认")

    def _decide(self, state: ProposalState, by: Reviewer, at: datetime) -> None:
        self.state, self.decided_by, self.decided_at = state, by.person, at
        self.version += 1
