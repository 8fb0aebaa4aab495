"""The skeleton of a new service is a service: typed, formatted, migrated and running."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import contracts.calls
from deploy.new_service import skeleton

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    for path, text in skeleton("sample").items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_the_skeleton_passes_the_linter_once_formatted(written: Path) -> None:
    config = ["--config", str(PROJECT / "pyproject.toml")]
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *config, written], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", *config, written], check=True)


def test_the_skeleton_runs_on_a_store_made_by_its_own_migration(
    written: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Callable[[str], str]
) -> None:
    monkeypatch.syspath_prepend(str(written))
    monkeypatch.setattr(contracts.calls, "__path__", [*contracts.calls.__path__, str(written / "contracts/calls")])
    namespace: dict[str, Callable[[Callable[[str], str]], None]] = {}
    exec((written / "tests/services/sample/test_service.py").read_text(), namespace)
    namespace["test_a_note_is_listed_in_its_own_community"](empty_store)
