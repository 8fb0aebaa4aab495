"""Blocks of transfers in a hash chain, which make a change of the ledger evident.

A leaf is the hash of a transfer's content; a block's leaves form a Merkle tree (as in RFC 6962) with one root; the hash
of its header, which holds the root and the previous block's hash, commits to every transfer up to then.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Self

from contracts.aggregation import BlockSealed

_LEAF, _NODE, _HEADER = b"\x00", b"\x01", b"\x02"
NO_PREVIOUS_HASH = "0" * 64
"""The previous hash of the first block."""

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_FIELDS = {
    "id": "id",
    "community": "community_id",
    "kind": "kind",
    "source": "source_id",
    "reverses": "reverses_id",
    "book": "account_id",
    "points": "points",
    "origin": "origin",
    "origin_id": "origin_id",
    "person": "person_id",
    "household": "household_id",
    "courtyard": "courtyard_id",
    "category": "category",
    "item": "item",
    "merchant": "merchant_id",
    "day": "day",
    "period": "period",
}


def content(transfer: Mapping[str, Any], sides: Iterable[tuple[str, int]]) -> str:
    """Return the canonical text of a transfer and its entries: it is hashed, and its owner may read it.

    JSON in UTF-8 with sorted keys and no spaces; strings and whole numbers only; what is null is left out, so that a
    column added later changes no old text; the time in UTC with microseconds.
    """
    fields = {name: transfer[column] for column, name in _FIELDS.items() if transfer[column] is not None}
    fields["day"] = transfer["day"].isoformat()
    fields["posted_at"] = _instant(transfer["posted_at"])
    fields["entries"] = [{"account_id": account, "amount": amount} for account, amount in sorted(sides)]
    return _canonical(fields)


def leaf(text: str) -> bytes:
    """Return the hash of a transfer's content."""
    return hashlib.sha256(_LEAF + text.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle root of at least one leaf."""
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return _node(root(leaves[:split]), root(leaves[split:]))


@dataclass(frozen=True, slots=True)
class Step:
    """One hash on the path from a leaf to the root, and the side it is on."""

    side: Literal["left", "right"]
    hash: str


def path(leaves: Sequence[bytes], position: int) -> list[Step]:
    """Return the steps from the leaf at `position` (from 0) to the root."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if position < split:
        return [*path(leaves[:split], position), Step("right", root(leaves[split:]).hex())]
    return [*path(leaves[split:], position - split), Step("left", root(leaves[:split]).hex())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Transfers of one community, sealed together. Hashes are hexadecimal."""

    community: str
    number: int
    """From 1, without gaps."""
    previous_hash: str
    root: str
    size: int
    sealed_at: datetime
    hash: str

    @classmethod
    def after(cls, previous: Self | None, community: str, leaves: Sequence[bytes], at: datetime) -> Self:
        """Return the block that seals `leaves` and follows `previous`, which is None for the first."""
        number = previous.number + 1 if previous else 1
        before = previous.hash if previous else NO_PREVIOUS_HASH
        top = root(leaves).hex()
        return cls(
            community=community,
            number=number,
            previous_hash=before,
            root=top,
            size=len(leaves),
            sealed_at=at,
            hash=header_hash(community, number, before, top, len(leaves), at),
        )

    def sealed(self) -> BlockSealed:
        """Return the event that announces the block."""
        return BlockSealed(
            community=self.community,
            block=self.hash,
            height=self.number,
            root=self.root,
            previous=self.previous_hash,
            size=self.size,
            at=self.sealed_at,
        )

    def faults(self, previous: Self | None, leaves: Sequence[bytes]) -> list[str]:
        """Return what is wrong with the block, given the previous block and the stored leaves."""
        found = []
        if self.previous_hash != (previous.hash if previous else NO_PREVIOUS_HASH):
            found.append("does not name the block before it")
        if self.size != len(leaves):
            found.append(f"sealed {self.size} transfers and has {len(leaves)}")
        if not leaves or self.root != root(leaves).hex():
            found.append("its leaves do not make its root")
        if self.hash != header_hash(
            self.community, self.number, self.previous_hash, self.root, self.size, self.sealed_at
        ):
            found.append("its header does not make its hash")
        return found


def header_hash(community: str, number: int, previous_hash: str, root: str, size: int, sealed_at: datetime) -> str:
    """Return the hash of a block's header as canonical text."""
    header = {
        "community_id": community,
        "number": number,
        "previous_hash": previous_hash,
        "root": root,
        "size": size,
        "sealed_at": _instant(sealed_at),
    }
    return hashlib.sha256(_HEADER + _canonical(header).encode()).hexdigest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _split(number: int) -> int:
    """Return the largest power of two below `number`."""
    return 1 << (number - 1).bit_length() - 1


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
