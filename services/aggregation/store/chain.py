"""The chain of blocks beside the ledger, and the queue of what no block holds yet.

Posting puts each transfer on the queue in its own transaction, by a trigger; sealing takes what it can see off the
queue. A transfer that commits late is seen late and sealed in a later block: nothing waits for anybody, and a block's
order is given by the one who seals, not by who began to post first.
"""

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
_BLOCKS_A_TURN = 16

_WAITING = text("SELECT DISTINCT community FROM unsealed ORDER BY community")
_TAKE = text("""
    DELETE FROM unsealed
     WHERE community = :community
       AND transfer IN (SELECT transfer FROM unsealed WHERE community = :community ORDER BY transfer LIMIT :most)
    RETURNING transfer
""")
_CONTENTS = """
    SELECT t.*, (SELECT array_agg(ARRAY[e.account, e.amount::text])
                   FROM entries e WHERE e.community = t.community AND e.transfer = t.id) AS sides
      FROM transfers t
"""
_TO_SEAL = text(_CONTENTS + "WHERE t.community = :community AND t.id = ANY(:transfers) ORDER BY t.id")
_ONE = text(_CONTENTS + "WHERE t.community = :community AND t.id = :transfer AND t.book = :book")
_SEALED = text(
    "SELECT l.leaf, l.transfer AS sealed, c.* FROM leaves l LEFT JOIN ("
    + _CONTENTS
    + "WHERE t.community = :community) c ON c.id = l.transfer"
    " WHERE l.community = :community AND l.block = :number ORDER BY l.position"
)
_COMMUNITIES = text("SELECT community FROM transfers UNION SELECT community FROM blocks ORDER BY 1")
_FORGOTTEN = text("""
    SELECT t.id FROM transfers t
     WHERE t.community = :community
       AND NOT EXISTS (SELECT FROM leaves l WHERE l.transfer = t.id)
       AND NOT EXISTS (SELECT FROM unsealed u WHERE u.community = t.community AND u.transfer = t.id)
     ORDER BY t.id
""")


class Chain:
    """Seals, shows and checks blocks."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    # Sealing

    def seal(self) -> Iterator[Block]:
        """Seal what waits, community by community in turn; what is too much for one turn stays for the next."""
        communities = list(self._session.scalars(_WAITING))
        left = _BLOCKS_A_TURN
        while communities and left > 0:
            left -= len(communities)
            sealed = [self._seal_one(community) for community in communities]
            yield from sealed
            communities = [block.community for block in sealed if block.size == MOST and self._waits(block.community)]

    def _seal_one(self, community: str) -> Block:
        taken = list(self._session.scalars(_TAKE, {"community": community, "most": MOST}))
        rows = self._session.execute(_TO_SEAL, {"community": community, "transfers": taken}).mappings().all()
        hashed = [chain.leaf(_content(row)) for row in rows]
        block = Block.after(self.newest(community), community, hashed, self._now)
        self._session.execute(insert(blocks), _row(block))
        self._session.execute(
            insert(leaves),
            [
                {"community": community, "block": block.number, "position": at, "transfer": row["id"], "leaf": leaf}
                for at, (row, leaf) in enumerate(zip(rows, hashed, strict=True))
            ],
        )
        return block

    def _waits(self, community: str) -> bool:
        waiting = text("SELECT EXISTS (SELECT FROM unsealed WHERE community = :community)")
        return bool(self._session.scalar(waiting, {"community": community}))

    # Showing

    def newest(self, community: str) -> Block | None:
        """The last block of the chain; none before the first."""
        return next(iter(self.page(community, 1, None)), None)

    def page(self, community: str, limit: int, before: int | None) -> list[Block]:
        """Newest first, from the one below `before`."""
        found = select(blocks).where(blocks.c.community == community)
        if before is not None:
            found = found.where(blocks.c.number < before)
        rows = self._session.execute(found.order_by(blocks.c.number.desc()).limit(limit)).mappings()
        return [Block(**row) for row in rows]

    def get(self, community: str, number: int) -> Block:
        """`NotFound` for a number that no block has yet."""
        newest = self.newest(community)
        if newest is None or not 0 < number <= newest.number:
            raise errors.NotFound("没有这个区块")
        return self.page(community, 1, before=number + 1)[0]

    def place(self, transfer: str) -> tuple[Block, int, list[bytes]]:
        """The block of a transfer, its position there and all leaves of the block; `EntryNotSealed` while it waits."""
        where = self._session.execute(select(leaves).where(leaves.c.transfer == transfer)).mappings().one_or_none()
        if where is None:
            raise errors.EntryNotSealed("没有这条记录，或尚未封存，请稍后再试")
        beside = select(leaves.c.leaf).where(leaves.c.community == where["community"], leaves.c.block == where["block"])
        hashed = [bytes(leaf) for leaf in self._session.scalars(beside.order_by(leaves.c.position))]
        return self.get(where["community"], where["block"]), where["position"], hashed

    def content(self, community: str, book: str, transfer: str) -> tuple[dict[str, Any], str]:
        """A line of a book, and its text as it was or will be sealed; `NotFound` when the book has no such line."""
        key = {"community": community, "book": book, "transfer": transfer}
        found = self._session.execute(_ONE, key).mappings().one_or_none()
        if found is None:
            raise errors.NotFound("这本积分存折没有这条记录")
        return dict(found) | {"posted": dict(_sides(found)).get(book, 0), "sides": _sides(found)}, _content(found)

    # Checking

    def communities(self) -> list[str]:
        """All that have a ledger, or had one that was sealed."""
        return list(self._session.scalars(_COMMUNITIES))

    def faults(self, community: str) -> Iterator[str]:
        """Where the chain and the ledger disagree, block by block and transfer by transfer; nothing if they agree."""
        previous = None
        every = select(blocks).where(blocks.c.community == community).order_by(blocks.c.number)
        for row in self._session.execute(every).mappings().all():
            block = Block(**row)
            if block.number != (previous.number + 1 if previous else 1):
                yield f"blocks before {block.number} are missing"
            key = {"community": community, "number": block.number}
            under = self._session.execute(_SEALED, key).mappings().all()
            for sealed in under:
                if sealed["id"] is None:
                    yield f"block {block.number}: transfer {sealed['sealed']} was sealed and is gone"
                elif chain.leaf(_content(sealed)) != bytes(sealed["leaf"]):
                    yield f"block {block.number}: transfer {sealed['sealed']} is not what was sealed"
            for fault in block.faults(previous, [bytes(sealed["leaf"]) for sealed in under]):
                yield f"block {block.number}: {fault}"
            previous = block
        for transfer in self._session.scalars(_FORGOTTEN, {"community": community}):
            yield f"transfer {transfer} is in no block and waits for none"


def _sides(row: Any) -> list[tuple[str, int]]:
    return sorted((account, int(amount)) for account, amount in row["sides"] or [])


def _content(row: Any) -> str:
    return chain.content(row, _sides(row))


def _row(block: Block) -> dict[str, Any]:
    return {column.name: getattr(block, column.name) for column in blocks.columns}
