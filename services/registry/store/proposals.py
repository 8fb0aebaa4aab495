"""Proposals that wait for somebody else's approval, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from contracts.registry import ProposalKind
from services.registry.domain.proposals import EXPIRE_AFTER, Proposal, ProposalState
from services.registry.store.tables import proposals


class ProposalRepository:
    """Loads and stores the proposals of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, proposal: Proposal) -> None:
        """Store a new proposal."""
        self._session.add(proposal)
        self._session.flush()

    def get(self, proposal_id: str) -> Proposal:
        """Return a proposal, locked. Raises `NotFound`."""
        found = self._session.get(Proposal, (self._community, proposal_id), with_for_update=True)
        if found is None:
            raise NotFound("没有这项提议")
        return found

    def list(self, state: ProposalState | None, limit: int, before: str | None) -> Sequence[Proposal]:
        """Return proposals, newest first."""
        rows = select(Proposal).where(proposals.c.community == self._community)
        if state:
            rows = rows.where(proposals.c.state == state)
        if before:
            rows = rows.where(proposals.c.id < before)
        return self._session.scalars(rows.order_by(proposals.c.id.desc()).limit(limit)).all()

    def open_about(self, person: str, *kinds: ProposalKind) -> Sequence[Proposal]:
        """Return the open proposals of these kinds about a person, newest first."""
        rows = select(Proposal).where(
            proposals.c.community == self._community,
            proposals.c.kind.in_(kinds),
            proposals.c.state == "open",
            proposals.c.content["person"].astext == person,
        )
        return self._session.scalars(rows.order_by(proposals.c.id.desc())).all()

    def announced(self) -> Sequence[Proposal]:
        """Return the approved changes of settings that are not in effect yet, the next one first."""
        rows = select(Proposal).where(
            proposals.c.community == self._community,
            proposals.c.kind == "settings",
            proposals.c.state == "approved",
        )
        return self._session.scalars(rows.order_by(proposals.c.takes_effect_at)).all()


def due_proposals(session: Session, at: datetime) -> list[tuple[str, str]]:
    """Return community and id of the proposals whose delay is over or that expired, of all communities."""
    is_open = proposals.c.state == "open"
    delay_is_over = and_(or_(is_open, proposals.c.state == "approved"), proposals.c.takes_effect_at <= at)
    unanswered = and_(is_open, proposals.c.takes_effect_at.is_(None))
    too_old = (
        and_(proposals.c.kind == kind, proposals.c.proposed_at <= at - life) for kind, life in EXPIRE_AFTER.items()
    )
    expired = and_(unanswered, or_(*too_old))
    rows = select(proposals.c.community, proposals.c.id).where(or_(delay_is_over, expired))
    return [(row.community, row.id) for row in session.execute(rows.order_by(proposals.c.takes_effect_at))]
