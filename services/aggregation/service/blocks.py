"""The chain of blocks: sealed by a timer, public, proved entry by entry (R20, R23)."""

from contracts.calls import aggregation as calls
from contracts.paging import number_cursor, page_of
from contracts.rpc import Page
from messaging import query, tick
from services.aggregation import permissions, schemas
from services.aggregation.store import AggregationTransaction


class BlockCalls:
    @tick(seconds=5)
    def seal(self, tx: AggregationTransaction) -> None:
        """Seal posted transfers into blocks."""
        tx.emit(*(block.sealed() for block in tx.chain.seal()))

    @query
    def list_blocks(
        self, tx: AggregationTransaction, *, community_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Block]:
        permissions.require_community(tx.scope_of(community_id))
        found = tx.chain.page(community_id, limit + 1, number_cursor(cursor))
        return page_of(found, limit, schemas.block, lambda block: block.number)

    @query
    def get_block(self, tx: AggregationTransaction, *, community_id: str, number: int) -> calls.Block:
        return schemas.block(tx.chain.get(community_id, number))

    @query
    def newest_block(self, tx: AggregationTransaction, *, community_id: str) -> calls.Block | None:
        newest = tx.chain.newest(community_id)
        return schemas.block(newest) if newest else None

    @query
    def get_proof(self, tx: AggregationTransaction, *, entry_id: str) -> calls.Proof:
        """Return a hash path; of the entry itself it shows a hash, and nothing more."""
        block, position, leaves = tx.chain.locate(entry_id)
        return schemas.proof(entry_id, block, position, leaves)
