"""The chain of blocks, and the proof that a line is in it."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts import fields
from contracts.calls.aggregation.passbooks import PassbookLine
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, query
from contracts.schema import Doc, Instant

_HASH = "SHA-256 in hexadecimal"
Hash = Annotated[str, Doc(_HASH, example="9f2c…")]


class BlockQuery(TypedDict):
    community_id: Annotated[str, fields.Id("com"), Doc("Whose ledger")]


class BlocksQuery(PageQuery, BlockQuery):
    """Which part of the chain."""


class Block(TypedDict):
    """Transfers sealed together. `hash` is that of the header (all other fields), so it covers all earlier blocks."""

    community_id: str
    number: Annotated[int, Doc("From 1, without gaps")]
    previous_hash: Annotated[Hash, Doc("`hash` of the block before; of the first, 64 zeros")]
    root: Annotated[Hash, Doc("Merkle root of the block's entries")]
    size: Annotated[int, Doc("How many entries it holds")]
    sealed_at: Instant
    hash: Hash


class ProofStep(TypedDict):
    side: Literal["left", "right"]
    hash: Hash


class Proof(TypedDict):
    """A proof that an entry is in a block. It contains only the entry's hash; its owner has the content."""

    entry_id: str
    position: Annotated[int, Doc("In the block, from 0")]
    leaf_hash: Annotated[Hash, Doc("SHA-256 of the byte 0 and the entry's `content`")]
    path: Annotated[
        list[ProofStep], Doc("From the leaf up: each time SHA-256 of the byte 1, the left hash and the right one")
    ]
    block: Block


class Side(TypedDict):
    account_id: Annotated[str, Doc("A book, or one of the community's accounts")]
    amount: int


class SealedLine(PassbookLine):
    """A line of a passbook with all that is sealed of it."""

    entries: Annotated[list[Side], Doc("Both sides; they sum to zero")]
    content: Annotated[str, Doc("The text whose hash is sealed: hash its UTF-8 bytes unchanged")]


class BlocksApi(Protocol):
    """Calls about blocks."""

    @query
    def list_blocks(self, *, community_id: str, limit: int = 20, cursor: str | None = None) -> Page[Block]:
        """Return a community's blocks, newest first. Raises NotFound."""

    @query
    def get_block(self, *, community_id: str, number: int) -> Block:
        """Return one block. Raises NotFound."""

    @query
    def newest_block(self, *, community_id: str) -> Block | None:
        """Return the newest block, whose hash depends on every earlier one; None before the first."""

    @query
    def get_proof(self, *, entry_id: str) -> Proof:
        """Return the proof that an entry is in a block. Raises NotFound until it is sealed."""

    @query
    def get_passbook_entry(self, *, actor: Caller, account_id: str, entry_id: str) -> SealedLine:
        """Return a line with its two sides and the text whose hash the proof is about. Raises NotFound."""
