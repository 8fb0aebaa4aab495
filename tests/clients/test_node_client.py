"""The Node client signs, repeats and verifies as the published vectors and the page for merchants say (R27)."""

import shutil
import subprocess
from pathlib import Path

import pytest

CLIENT = Path(__file__).parents[2] / "clients" / "merchant-node"
NODE = shutil.which("node")


def _version() -> int:
    answer = subprocess.run([NODE or "", "--version"], capture_output=True, text=True, check=True).stdout
    return int(answer.removeprefix("v").partition(".")[0])


@pytest.mark.skipif(NODE is None or _version() < 20, reason="needs Node 20 or later")
def test_the_node_clients_own_tests_pass() -> None:
    tests = sorted(str(path) for path in (CLIENT / "test").glob("*.test.js"))
    done = subprocess.run([NODE or "", "--test", *tests], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
