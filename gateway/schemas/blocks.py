"""The ledger's chain of blocks, and what proves that an entry lies in it (R20)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.passbooks import PassbookLine

_HASH = {"description": "SHA-256 in hexadecimal", "example": "9f2c…"}


class BlockQuery(Schema):
    community_id = fields.Id("com", required=True, metadata={"description": "Whose ledger"})


class BlocksQuery(Page, BlockQuery):
    pass


class Block(Schema):
    """Transfers sealed together. `hash` is of the header (all other fields), and so stands for all before it, too."""

    community_id = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True, metadata={"description": "From 1, without gaps"})
    previous_hash = ma.fields.String(
        required=True, metadata=_HASH | {"description": "`hash` of the block before; of the first, 64 zeros"}
    )
    root = ma.fields.String(required=True, metadata=_HASH | {"description": "Merkle root of the block's entries"})
    size = ma.fields.Integer(required=True, metadata={"description": "How many entries it holds"})
    sealed_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    hash = ma.fields.String(required=True, metadata=_HASH)


class ProofStep(Schema):
    side = ma.fields.String(required=True, metadata={"enum": ["left", "right"]})
    hash = ma.fields.String(required=True, metadata=_HASH)


class Proof(Schema):
    """That an entry lies in a block. It says nothing of the entry but its hash; its owner has the content."""

    entry_id = ma.fields.String(required=True)
    position = ma.fields.Integer(required=True, metadata={"description": "In the block, from 0"})
    leaf_hash = ma.fields.String(
        required=True, metadata=_HASH | {"description": "SHA-256 of the byte 0 and the entry's `content`"}
    )
    path = ma.fields.List(
        ma.fields.Nested(ProofStep),
        required=True,
        metadata={"description": "From the leaf up: each time SHA-256 of the byte 1, the left hash and the right one"},
    )
    block = ma.fields.Nested(Block, required=True)


class Side(Schema):
    account_id = ma.fields.String(required=True, metadata={"description": "A book, or one of the community's accounts"})
    amount = ma.fields.Integer(required=True)


class SealedLine(PassbookLine):
    """A line of a passbook with all that is sealed of it."""

    entries = ma.fields.List(
        ma.fields.Nested(Side), required=True, metadata={"description": "Both sides; they sum to zero"}
    )
    content = ma.fields.String(
        required=True, metadata={"description": "The very text whose hash is sealed: hash these bytes, UTF-8, as is"}
    )
