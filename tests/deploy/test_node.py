"""Which Node builds the app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy import node


def _install(folder: Path, version: str) -> Path:
    for name in ("node", "npm"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho v{version}\n")
        program.chmod(0o755)
    return folder


@pytest.fixture
def wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[node.Npm]:
    """What the wheel would give, without downloading it."""
    of_wheel = node.Npm((tmp_path / "wheel/node", tmp_path / "wheel/npm-cli.js"), tmp_path / "wheel")
    monkeypatch.setattr(node, "unpacked", lambda folder: of_wheel)
    node.npm.cache_clear()
    yield of_wheel
    node.npm.cache_clear()


def test_an_installed_node_is_used(wheel: node.Npm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(_install(tmp_path, "20.1.0")))

    assert node.npm() == node.Npm((str(tmp_path / "npm"),), tmp_path)


def test_one_that_is_too_old_is_not_used(wheel: node.Npm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(_install(tmp_path, "18.20.1")))

    assert node.npm() == wheel


def test_without_node_that_of_the_wheel_is_used(
    wheel: node.Npm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert node.npm() == wheel
