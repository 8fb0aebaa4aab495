"""Calls about proposals, and the timer that applies approved ones (R4)."""

from contracts.calls.registry import proposals as calls
from contracts.paging import page_of
from contracts.policy import Guards
from contracts.rpc import Caller, Page
from messaging import command, query, tick
from services.registry import permissions, schemas
from services.registry.store import RegistryTransaction
from services.registry.use_cases import proposals


class ProposalCalls(calls.ProposalsApi):
    guards: Guards

    @query
    def list_proposals(
        self,
        tx: RegistryTransaction,
        *,
        actor: Caller,
        community_id: str,
        state: calls.ProposalState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Proposal]:
        scope = permissions.proposals_of(tx.scope(actor), community_id, reading=True)
        found = scope.proposals.list(state, limit + 1, cursor)
        return page_of(found, limit, schemas.proposal, lambda each: each.id)

    @command
    def approve_proposal(
        self, tx: RegistryTransaction, *, actor: Caller, community_id: str, proposal_id: str
    ) -> calls.Proposal:
        caller = tx.scope(actor)
        scope = permissions.proposals_of(caller, community_id)
        return schemas.proposal(proposals.approve(caller, scope, proposal_id, self.guards))

    @command
    def refuse_proposal(
        self, tx: RegistryTransaction, *, actor: Caller, community_id: str, proposal_id: str, reason: str
    ) -> calls.Proposal:
        caller = tx.scope(actor)
        scope = permissions.proposals_of(caller, community_id)
        return schemas.proposal(proposals.refuse(caller, scope, proposal_id, reason))

    @tick(seconds=60)
    def apply_approved_proposals(self, tx: RegistryTransaction) -> None:
        """Apply what is due, and refuse resets that nobody answered."""
        proposals.apply_due(tx, self.guards)
