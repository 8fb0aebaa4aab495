"""The page of Python that anybody may run: it agrees with the bank's own hashes, and with nothing else."""

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


def shown(block: Block) -> dict[str, Any]:
    told = asdict(block)
    return told | {"community_id": told.pop("community"), "sealed_at": block.sealed_at.isoformat()}


PROOF = {
    "entry_id": "tra_3",
    "position": 3,
    "leaf_hash": LEAVES[3].hex(),
    "path": [asdict(step) for step in chain.path(LEAVES, 3)],
    "block": shown(SECOND),
}
LINE = {"id": "tra_3", "points": 3, "content": content(3)}


def run(folder: Path, *files: Any) -> subprocess.CompletedProcess[str]:
    """The script on `files`: flags as they are, everything else written to a file."""
    arguments = []
    for number, file in enumerate(files):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")
        arguments.append(file if isinstance(file, str) else str(path))
    return subprocess.run([sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True)


def test_a_true_proof_is_believed_and_the_line_shown(tmp_path: Path):
    done = run(tmp_path, PROOF, LINE)

    assert done.returncode == 0, done.stderr
    assert '"points": 3' in done.stdout
    assert SECOND.hash in done.stdout


def test_blocks_that_follow_one_another_are_believed(tmp_path: Path):
    assert run(tmp_path, "--blocks", {"data": [shown(SECOND), shown(FIRST)]}).returncode == 0


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ([PROOF | {"leaf_hash": LEAVES[2].hex()}], "does not lead to the block's root"),
        ([PROOF | {"block": shown(SECOND) | {"size": 6}}], "does not make its hash"),
        ([PROOF, LINE | {"content": content(4)}], "not what was sealed"),
        ([PROOF, LINE | {"points": 30}], "does not show what its text says"),
        (["--blocks", {"data": [shown(FIRST), shown(SECOND)]}], "does not follow"),
        ([{"leaf_hash": 5}], "NOT PROVED"),
    ],
    ids=["another leaf", "another header", "another line", "a line that lies", "blocks out of order", "nonsense"],
)
def test_anything_else_is_not(tmp_path: Path, files: list[Any], fault: str):
    done = run(tmp_path, *files)

    assert done.returncode == 1
    assert fault in done.stderr
