"""A proof is computed again: true ones hold, changed ones do not."""

from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Api
from web import proofs


@pytest.fixture
def proof() -> dict[str, Any]:
    leaf, sibling = sha256(b"\x00a").digest(), sha256(b"\x00b").digest()
    block = {
        "community_id": "com_1",
        "number": 7,
        "previous_hash": "0" * 64,
        "root": sha256(b"\x01" + leaf + sibling).hexdigest(),
        "size": 2,
        "sealed_at": "2026-11-20T01:02:03.000045+00:00",
    }
    block["hash"] = proofs._hash_of(block)
    path = [{"hash": sibling.hex(), "side": "right"}]
    return {"entry_id": "trf_1", "position": 0, "leaf_hash": leaf.hex(), "path": path, "block": block}


def test_a_true_proof_holds(proof: dict[str, Any]) -> None:
    assert proofs.check(proof).holds


@pytest.mark.parametrize(
    "change",
    [
        {"leaf_hash": "00" * 32},
        {"leaf_hash": "no hash"},
        {"path": []},
        {"path": [{}]},
        {"block": {}},
    ],
)
def test_a_changed_proof_does_not_hold(proof: dict[str, Any], change: dict[str, Any]) -> None:
    assert not proofs.check(proof | change).holds


@pytest.mark.parametrize("field", ["number", "size", "previous_hash", "sealed_at", "hash"])
def test_a_changed_block_does_not_hold(proof: dict[str, Any], field: str) -> None:
    block = proof["block"] | {field: "2026-11-21T00:00:00+00:00" if field == "sealed_at" else "1" * 64}

    assert not proofs.check(proof | {"block": block}).holds


def test_the_page_says_whether_an_entry_is_in_the_ledger(pages: FlaskClient, api: Api, proof: dict[str, Any]) -> None:
    api.answers["/v1/ledger/entries/trf_1/proof"] = proof
    assert "在账本里，没有被改动" in pages.get("/check?entry=trf_1").text

    api.answers["/v1/ledger/entries/trf_1/proof"] = proof | {"path": []}
    assert "证明不成立" in pages.get("/check?entry=trf_1").text
