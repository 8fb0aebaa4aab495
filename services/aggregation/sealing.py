"""The ledger made evident: sealed by the clock, shown to everybody, proved entry by entry (R20, R23)."""

from typing import Any

from messaging import Actor, query, tick
from services.aggregation import reading, schemas
from services.aggregation.domain import chain
from services.aggregation.store import AggregationStore, AggregationTransaction


class Seals:
    """What the bank does besides posting, so that nobody need take its word: its own transactions, its own tables."""

    store: AggregationStore

    @tick(seconds=5)
    def seal(self, tx: AggregationTransaction):
        tx.emit(*(block.sealed() for block in tx.chain.seal()))

    @query
    def list_blocks(self, tx: AggregationTransaction, community_id, limit=20, cursor=None):
        """Public: the chain, newest first."""
        reading.must_exist(tx, community_id)
        found = tx.chain.page(community_id, limit + 1, schemas.number_cursor(cursor))
        return schemas.page(schemas.rows(found), limit, [schemas.block(block) for block in found], "number")

    @query
    def get_block(self, tx: AggregationTransaction, community_id, number):
        return schemas.block(tx.chain.get(community_id, number))

    @query
    def newest_block(self, tx: AggregationTransaction, community_id):
        """The block whose hash stands for the whole ledger; none before the first."""
        newest = tx.chain.newest(community_id)
        return schemas.block(newest) if newest else None

    @query
    def get_proof(self, tx: AggregationTransaction, entry_id):
        """Public: that an entry lies in a block. Of the entry itself it tells a hash, and nothing more."""
        block, position, leaves = tx.chain.place(entry_id)
        return {
            "entry_id": entry_id,
            "position": position,
            "leaf_hash": leaves[position].hex(),
            "path": schemas.rows(chain.path(leaves, position)),
            "block": schemas.block(block),
        }

    @query
    def get_passbook_entry(self, tx: AggregationTransaction, actor, account_id, entry_id) -> dict[str, Any]:
        """A line of a book with its two sides and its content: the text whose hash the proof is about."""
        by = Actor.of(actor)
        reading.must_see(tx, by, account_id)
        return schemas.entry(*tx.chain.content(by.community, account_id, entry_id))
