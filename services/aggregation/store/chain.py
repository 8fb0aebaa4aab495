"""The chain of blocks beside the ledger, and the queue of transfers that no block holds yet.

A trigger puts each transfer on the queue in the transaction that posts it; sealing takes the visible ones off the
queue. A transfer that commits late is sealed in a later block, so posting and sealing never wait for each other.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from contracts import errors
from services.aggregation.domain import chain
from services.aggregation.domain.chain import Block
from services.aggregation.store.tables import blocks, leaves

MOST = 1000
"""Transfers in one block: some milliseconds of hashing, between which the service answers others."""
_BLOCKS_PER_RUN = 16

_QUEUED_COMMUNITIES = text("SELECT DISTINCT community FROM unsealed ORDER BY community")
_TAKE = text("""
    DELETE FROM unsealed
     WHERE ctid = ANY(ARRAY(SELECT ctid FROM unsealed WHERE community = :community ORDER BY transfer LIMIT :most))
    RETURNING transfer
""")
_TRANSFERS = text("SELECT * FROM transfers WHERE community = :community AND id = ANY(:transfers) ORDER BY id")
_SIDES = text("""
    SELECT transfer, account, amount FROM entries WHERE community = :community AND transfer = ANY(:transfers)
""")
_ADD_LEAVES = text("""
    INSERT INTO leaves (community, block, position, transfer, leaf)
    SELECT :community, :block, place - 1, transfer, decode(leaf, 'hex')
      FROM unnest(:transfers, :leaves) WITH ORDINALITY AS sealed (transfer, leaf, place)
""")
_SEALED = text("SELECT transfer, leaf FROM leaves WHERE community = :community AND block = :number ORDER BY position")
_COMMUNITIES = text("SELECT community FROM transfers UNION SELECT community FROM blocks ORDER BY 1")
_UNQUEUED = text("""
    SELECT t.id FROM transfers t
     WHERE t.community = :community
       AND NOT EXISTS (SELECT FROM leaves l WHERE l.transfer = t.id)
       AND NOT EXISTS (SELECT FROM unsealed u WHERE u.community = t.community AND u.transfer = t.id)
     ORDER BY t.id
""")


class BlockChain:
    """Seals, reads and verifies the blocks of all communities."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    # Sealing

    def seal(self) -> Iterator[Block]:
        """Seal queued transfers, community by community; what exceeds one run stays for the next."""
        communities = list(self._session.scalars(_QUEUED_COMMUNITIES))
        left = _BLOCKS_PER_RUN
        while communities and left > 0:
            left -= len(communities)
            sealed = [self._seal_one(community) for community in communities]
            yield from sealed
            communities = [
                block.community for block in sealed if block.size == MOST and self._is_queued(block.community)
            ]

    def _seal_one(self, community: str) -> Block:
        taken = list(self._session.scalars(_TAKE, {"community": community, "most": MOST}))
        hashed = {id: chain.leaf(_content(transfer)) for id, transfer in self._read(community, taken).items()}
        block = Block.after(self.newest(community), community, list(hashed.values()), self._now)
        self._session.execute(insert(blocks), _row(block))
        under = {"transfers": list(hashed), "leaves": [leaf.hex() for leaf in hashed.values()]}
        self._session.execute(_ADD_LEAVES, {"community": community, "block": block.number} | under)
        return block

    def _is_queued(self, community: str) -> bool:
        waiting = text("SELECT EXISTS (SELECT FROM unsealed WHERE community = :community)")
        return bool(self._session.scalar(waiting, {"community": community}))

    def _read(self, community: str, transfers: list[str]) -> dict[str, dict[str, Any]]:
        """Return those of `transfers` that are in the ledger, by id and in its order, each with its `sides`."""
        key = {"community": community, "transfers": transfers}
        sides: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for transfer, account, amount in self._session.execute(_SIDES, key):
            sides[transfer].append((account, amount))
        rows = self._session.execute(_TRANSFERS, key).mappings()
        return {row["id"]: dict(row) | {"sides": sorted(sides[row["id"]])} for row in rows}

    # Reading

    def newest(self, community: str) -> Block | None:
        """Return the last block of the chain, or None."""
        return next(iter(self.page(community, 1, None)), None)

    def page(self, community: str, limit: int, before: int | None) -> list[Block]:
        """Return blocks below the number `before`, newest first."""
        found = select(blocks).where(blocks.c.community == community)
        if before is not None:
            found = found.where(blocks.c.number < before)
        rows = self._session.execute(found.order_by(blocks.c.number.desc()).limit(limit)).mappings()
        return [Block(**row) for row in rows]

    def get(self, community: str, number: int) -> Block:
        """Return one block. Raises `NotFound`."""
        newest = self.newest(community)
        if newest is None or not 0 < number <= newest.number:
            raise errors.NotFound("没有这个区块")
        return self.page(community, 1, before=number + 1)[0]

    def locate(self, transfer: str) -> tuple[Block, int, list[bytes]]:
        """Return a transfer's block, its position there and all leaves of the block. Raises `EntryNotSealed`."""
        where = self._session.execute(select(leaves).where(leaves.c.transfer == transfer)).mappings().one_or_none()
        if where is None:
            raise errors.EntryNotSealed("没有这条记录，或尚未封存，请稍后再试")
        beside = select(leaves.c.leaf).where(leaves.c.community == where["community"], leaves.c.block == where["block"])
        hashed = [bytes(leaf) for leaf in self._session.scalars(beside.order_by(leaves.c.position))]
        return self.get(where["community"], where["block"]), where["position"], hashed

    def content(self, community: str, book: str, transfer: str) -> tuple[dict[str, Any], str]:
        """Return a line of a book, and its text as it was or will be sealed. Raises `NotFound`."""
        found = self._read(community, [transfer]).get(transfer)
        if found is None or found["book"] != book:
            raise errors.NotFound("这本积分存折没有这条记录")
        return found | {"posted": dict(found["sides"]).get(book, 0)}, _content(found)

    # Verifying

    def communities(self) -> list[str]:
        """Return the communities that have a ledger or blocks."""
        return list(self._session.scalars(_COMMUNITIES))

    def faults(self, community: str) -> Iterator[str]:
        """Yield where the chain and the ledger disagree, block by block and transfer by transfer."""
        previous = None
        every = select(blocks).where(blocks.c.community == community).order_by(blocks.c.number)
        for row in self._session.execute(every).mappings().all():
            block = Block(**row)
            if block.number != (previous.number + 1 if previous else 1):
                yield f"blocks before {block.number} are missing"
            key = {"community": community, "number": block.number}
            sealed = [(transfer, bytes(leaf)) for transfer, leaf in self._session.execute(_SEALED, key)]
            stored = self._read(community, [transfer for transfer, _ in sealed])
            for transfer, leaf in sealed:
                if transfer not in stored:
                    yield f"block {block.number}: transfer {transfer} was sealed and is gone"
                elif chain.leaf(_content(stored[transfer])) != leaf:
                    yield f"block {block.number}: transfer {transfer} is not what was sealed"
            for fault in block.faults(previous, [leaf for _, leaf in sealed]):
                yield f"block {block.number}: {fault}"
            previous = block
        for transfer in self._session.scalars(_UNQUEUED, {"community": community}):
            yield f"transfer {transfer} is in no block and not queued"


def _content(transfer: dict[str, Any]) -> str:
    return chain.content(transfer, transfer["sides"])


def _row(block: Block) -> dict[str, Any]:
    return {column.name: getattr(block, column.name) for column in blocks.columns}
