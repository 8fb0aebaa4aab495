"""Types generated without options from docs/openapi.json, checked strictly: under our client and under another one.

`tests/clients/typescript/program.ts` does what a mini-program and a till do, with openapi-fetch. All versions are
locked; `npm ci` takes them from the registry or from npm's cache.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import node

HERE = Path(__file__).parent / "typescript"
CLIENT = Path(__file__).parents[2] / "clients" / "typescript"
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed: the TypeScript client is not checked"),
]


def test_a_program_compiles_strictly_against_the_generated_types(tmp_path):
    for source in HERE.iterdir():
        if source.is_file():
            shutil.copy(source, tmp_path)
    shutil.copy(DOCUMENT, tmp_path)

    for command in (
        ["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"],
        ["npm", "run", "--silent", "generate"],
        ["npm", "run", "--silent", "check"],
    ):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"


def test_our_client_compiles_strictly_and_its_own_tests_pass():
    node.install(CLIENT)
    node.run(CLIENT, "run", "--silent", "check")
    node.run(CLIENT, "run", "--silent", "test")
