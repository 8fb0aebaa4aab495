"""Corrections of entries (R16)."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound, WrongState
from contracts.paging import Selection
from messaging.sql.keys import among
from messaging.sql.listing import Listing, counted
from services.review.domain.correction_proposals import CorrectionProposal, ProposalState
from services.review.domain.entries import Correction
from services.review.store.tables import correction_proposals, corrections

_CHANGED_AT = func.coalesce(correction_proposals.c.decided_at, correction_proposals.c.proposed_at)


class CorrectionRepository:
    """Loads and stores the corrections of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, correction: Correction) -> None:
        self._session.add(correction)

    def add_proposal(self, proposal: CorrectionProposal) -> None:
        self._session.add(proposal)

    def proposal(self, correction_id: str, *, for_update: bool = False) -> CorrectionProposal:
        """Return a proposed correction, locked and as it is now if asked for. Raises `NotFound`."""
        found = self._session.get(
            CorrectionProposal,
            (self._community, correction_id),
            with_for_update=for_update or None,
            populate_existing=for_update,
        )
        if found is None:
            raise NotFound("没有这项更正")
        return found

    def require_none_open(self, entry: str) -> None:
        """Raise `WrongState` when a correction of the entry waits for confirmation."""
        waiting = exists().where(
            correction_proposals.c.community == self._community,
            correction_proposals.c.entry == entry,
            correction_proposals.c.state == ProposalState.OPEN,
        )
        if self._session.scalar(select(waiting)):
            raise WrongState("该条目已有待确认的更正")

    def list_proposals(self, selection: Selection) -> Listing[CorrectionProposal]:
        """Return proposed corrections, newest first."""
        rows = select(CorrectionProposal).where(correction_proposals.c.community == self._community)
        rows = rows.where(*selection.conditions(correction_proposals.c.state, _CHANGED_AT))
        return Listing(self._session, rows, correction_proposals.c.id)

    def count_open_proposals(self, person: str, most: int) -> int:
        """Return how many open proposals somebody other than `person` made, counted up to `most`."""
        rows = select(correction_proposals.c.id).where(
            correction_proposals.c.community == self._community,
            correction_proposals.c.state == ProposalState.OPEN,
            correction_proposals.c.proposed_by != person,
        )
        return counted(self._session, rows, most)

    def of_entries(self, ids: Iterable[str]) -> dict[str, list[Correction]]:
        """Return the corrections of each entry, oldest first."""
        self._session.flush()
        rows = select(Correction).where(among(corrections.c.entry, ids, self._community))
        found: dict[str, list[Correction]] = defaultdict(list)
        for correction in self._session.scalars(rows.order_by(corrections.c.id)):
            found[correction.entry].append(correction)
        return found
