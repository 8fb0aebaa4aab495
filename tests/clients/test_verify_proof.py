"""The verification script accepts proofs of the ledger and rejects everything else."""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.aggregation.domain import chain
from services.aggregation.domain.chain import Block

SCRIPT = Path(__file__).parents[2] / "clients" / "verify-proof" / "verify.py"
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


def content(number: int) -> str:
    transfer = dict.fromkeys(("reverses", "household", "courtyard", "category", "item", "merchant")) | {
        "id": f"tra_{number}",
        "community": "com_1",
        "kind": "credit",
        "source": f"ent_{number}",
        "book": "hou_李",
        "points": number,
        "origin": "claim",
        "origin_id": f"clm_{number}",
        "person": "per_li",
        "day": date(2026, 11, 3),
        "period": "2026-11",
        "posted_at": AT,
    }
    return chain.content(transfer, [("issued", -number), ("hou_李", number)])


LEAVES = [chain.leaf(content(number)) for number in range(5)]
FIRST = Block.after(None, "com_1", LEAVES[:1], AT)
SECOND = Block.after(FIRST, "com_1", LEAVES, AT)


def as_json(block: Block) -> dict[str, Any]:
    fields = asdict(block)
    return fields | {"community_id": fields.pop("community"), "sealed_at": block.sealed_at.isoformat()}


PROOF = {
    "entry_id": "tra_3",
    "position": 3,
    "leaf_hash": LEAVES[3].hex(),
    "path": [asdict(step) for step in chain.path(LEAVES, 3)],
    "block": as_json(SECOND),
}
LINE = {"id": "tra_3", "points": 3, "content": content(3)}


def run(folder: Path, *files: Any) -> subprocess.CompletedProcess[str]:
    """Run the script with `files`: strings as flags, everything else written to a JSON file."""
    arguments = []
    for number, file in enumerate(files):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
        arguments.append(file if isinstance(file, str) else str(path))
    return subprocess.run([sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True)


def test_a_valid_proof_is_accepted_and_the_line_printed(tmp_path: Path):
    done = run(tmp_path, PROOF, LINE)

    assert done.returncode == 0, done.stderr
    assert '"points": 3' in done.stdout
    assert SECOND.hash in done.stdout


def test_linked_blocks_are_accepted(tmp_path: Path):
    assert run(tmp_path, "--blocks", {"data": [as_json(SECOND), as_json(FIRST)]}).returncode == 0


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ([PROOF | {"leaf_hash": LEAVES[2].hex()}], "does not lead to the block's root"),
        ([PROOF | {"block": as_json(SECOND) | {"size": 6}}], "does not make its hash"),
        ([PROOF, LINE | {"content": content(4)}], "differs from the sealed content"),
        ([PROOF, LINE | {"points": 30}], "differ from its content"),
        (["--blocks", {"data": [as_json(FIRST), as_json(SECOND)]}], "does not follow"),
        ([{"leaf_hash": 5}], "NOT PROVED"),
    ],
    ids=["another leaf", "another header", "another line", "a wrong field", "blocks out of order", "nonsense"],
)
def test_invalid_input_is_rejected(tmp_path: Path, files: list[Any], error: str):
    done = run(tmp_path, *files)

    assert done.returncode == 1
    assert error in done.stderr
