"""Computes the proof of a ledger entry again, as docs/proofs.md describes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Checked:
    """A proof, and whether its hashes lead from the entry to its block."""

    proof: Mapping[str, Any]
    holds: bool


def check(proof: Mapping[str, Any]) -> Checked:
    """Return whether the path leads to the block's root, and the block's header makes its hash."""
    try:
        current = bytes.fromhex(proof["leaf_hash"])
        for step in proof["path"]:
            sibling = bytes.fromhex(step["hash"])
            pair = sibling + current if step["side"] == "left" else current + sibling
            current = sha256(b"\x01" + pair).digest()
        block = proof["block"]
        holds = current.hex() == block["root"] and _hash_of(block) == block["hash"]
    except (KeyError, TypeError, ValueError):
        holds = False
    return Checked(proof, holds)


def _hash_of(block: Mapping[str, Any]) -> str:
    header = {name: block[name] for name in ("community_id", "number", "previous_hash", "root", "size")}
    sealed_at = datetime.fromisoformat(block["sealed_at"]).astimezone(UTC)
    header["sealed_at"] = sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    text = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(b"\x02" + text.encode()).hexdigest()
