"""Blocks and their proofs as rules: what is sealed, and what a change anywhere does to the hashes (R20)."""

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.aggregation.domain import chain
from services.aggregation.domain.chain import Block

AT = datetime(2026, 11, 20, 1, 2, 3, 45, tzinfo=UTC)
TRANSFER: dict[str, Any] = {
    "id": "tra_1",
    "community": "com_1",
    "kind": "credit",
    "source": "ent_1",
    "reverses": None,
    "book": "hou_li",
    "points": 5,
    "origin": "claim",
    "origin_id": "clm_1",
    "person": "per_li",
    "household": "hou_li",
    "courtyard": "cty_12",
    "category": "charity",
    "item": "探望老人",
    "merchant": None,
    "day": date(2026, 11, 3),
    "period": "2026-11",
    "posted_at": AT,
}
SIDES = [("issued", -5), ("hou_li", 5)]


def leaves(number: int) -> list[bytes]:
    return [chain.leaf(f"content {turn}") for turn in range(number)]


def root_from_path(leaf: bytes, path: list[chain.Step]) -> bytes:
    """Where a path leads, by the book: SHA-256 of 0x01, left and right."""
    here = leaf
    for step in path:
        beside = bytes.fromhex(step.hash)
        pair = beside + here if step.side == "left" else here + beside
        here = hashlib.sha256(b"\x01" + pair).digest()
    return here


def test_the_content_of_a_transfer_never_changes():
    assert chain.content(TRANSFER, SIDES) == (
        '{"account_id":"hou_li","category":"charity","community_id":"com_1","courtyard_id":"cty_12",'
        '"day":"2026-11-03","entries":[{"account_id":"hou_li","amount":5},{"account_id":"issued","amount":-5}],'
        '"household_id":"hou_li","id":"tra_1","item":"探望老人","kind":"credit","origin":"claim","origin_id":"clm_1",'
        '"period":"2026-11","person_id":"per_li","points":5,"posted_at":"2026-11-20T01:02:03.000045Z",'
        '"source_id":"ent_1"}'
    )


def test_the_content_does_not_depend_on_the_order_of_sides_or_the_zone_of_the_clock():
    elsewhere = TRANSFER | {"posted_at": AT.astimezone(timezone(timedelta(hours=8)))}

    assert chain.content(elsewhere, reversed(SIDES)) == chain.content(TRANSFER, SIDES)


@pytest.mark.parametrize("column", [name for name in TRANSFER if name not in ("day", "posted_at")])
def test_every_column_counts(column: str):
    other = TRANSFER | {column: 6 if column == "points" else "something else"}

    assert chain.content(other, SIDES) != chain.content(TRANSFER, SIDES)


@given(st.integers(1, 70), st.data())
def test_every_leaf_leads_to_the_root_by_its_path(number: int, data: st.DataObject):
    sealed = leaves(number)
    position = data.draw(st.integers(0, number - 1))

    assert root_from_path(sealed[position], chain.path(sealed, position)) == chain.root(sealed)


@given(st.integers(2, 70), st.data())
def test_another_leaf_by_the_same_path_leads_to_another_root(number: int, data: st.DataObject):
    sealed = leaves(number)
    position = data.draw(st.integers(0, number - 1))

    assert root_from_path(chain.leaf("another"), chain.path(sealed, position)) != chain.root(sealed)


def test_a_block_names_the_one_before_it():
    first = Block.after(None, "com_1", leaves(3), AT)
    second = Block.after(first, "com_1", leaves(1), AT)

    assert (first.number, first.previous_hash) == (1, chain.NO_PREVIOUS_HASH)
    assert (second.number, second.previous_hash) == (2, first.hash)
    assert first.faults(None, leaves(3)) == second.faults(first, leaves(1)) == []


def test_a_changed_block_fails_verification():
    first = Block.after(None, "com_1", leaves(3), AT)

    assert first.faults(None, leaves(2)) == [
        "sealed 3 transfers and has 2",
        "its leaves do not make its root",
    ]
    assert Block.after(first, "com_1", leaves(1), AT).faults(None, leaves(1)) == ["does not name the block before it"]
