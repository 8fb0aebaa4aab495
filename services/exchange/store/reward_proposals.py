"""What was proposed for rewards."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.exchange.domain.reward_proposals import ProposalState, RewardProposal
from services.exchange.store.tables import reward_proposals


class RewardProposalRepository:
    """Loads and stores the proposals of one community; a reward, locked by the caller, has one open one at most."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, proposal: RewardProposal, replaced: str | None) -> None:
        """Store a proposal in place of the open one `replaced`."""
        if replaced:
            self.get(replaced).replace()
            self._session.flush()
        self._session.add(proposal)

    def get(self, proposal: str, *, for_update: bool = False) -> RewardProposal:
        """Return a proposal, locked and as it is now if asked for. Raises NotFound."""
        found = self._session.get(
            RewardProposal,
            (self._community, proposal),
            with_for_update=for_update or None,
            populate_existing=for_update,
        )
        if found is None:
            raise NotFound("没有此提议")
        return found

    def list(self, state: ProposalState | None, limit: int, before: str | None) -> Sequence[RewardProposal]:
        """Return proposals, newest first."""
        rows = select(RewardProposal).where(reward_proposals.c.community == self._community)
        if state:
            rows = rows.where(reward_proposals.c.state == state)
        if before:
            rows = rows.where(reward_proposals.c.id < before)
        return self._session.scalars(rows.order_by(reward_proposals.c.id.desc()).limit(limit)).all()
