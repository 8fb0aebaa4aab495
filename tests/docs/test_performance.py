"""Check that docs/performance.md names benchmarks that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
COMMANDS = [
    *re.findall(r"-m benchmarks ((?:[a-z_]+ ?)+)", PAGE),
    *re.findall(r"^\| [^|]+ \| `((?:[a-z_]+ ?)+)(?: --full)?` \|", PAGE, re.MULTILINE),
]
NAMES = sorted({name for command in COMMANDS for name in command.split()})


def test_the_page_names_benchmarks() -> None:
    assert len(NAMES) > 5


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_exists(name: str) -> None:
    assert (ROOT / "benchmarks" / f"{name}.py").is_file() or (ROOT / "benchmarks" / name / "__init__.py").is_file()
