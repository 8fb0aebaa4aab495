"""Calls about draws, the timer that holds them, and the ledger's blocks that seed them (R29)."""

from contracts.aggregation import BlockSealed
from contracts.calls import engagement as calls
from contracts.rpc import Caller
from messaging import command, query, receive, tick
from services.engagement.store import EngagementTransaction
from services.engagement.use_cases import draws as use_cases


class DrawCalls:
    @command
    def hold_draw(self, tx: EngagementTransaction, *, actor: Caller, activity_id: str) -> calls.Draw:
        scope = tx.scope(actor)
        return use_cases.public_draw(scope, use_cases.hold_now(scope, activity_id))

    @query
    def get_draw(self, tx: EngagementTransaction, *, activity_id: str) -> calls.Draw:
        activity = tx.public_activities.get(activity_id)
        return use_cases.public_draw(tx.scope_of(activity.community), activity)

    @receive(BlockSealed)
    def follow_blocks(self, tx: EngagementTransaction, event: BlockSealed) -> None:
        use_cases.remember_block(tx, event)

    @tick(seconds=5)
    def hold_due_draws(self, tx: EngagementTransaction) -> None:
        """Hold the draws whose block is sealed."""
        use_cases.hold_due(tx)
