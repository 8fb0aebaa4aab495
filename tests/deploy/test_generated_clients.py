"""Clients are generated with the tools that are there; what is left out is named."""

from pathlib import Path

import pytest

from deploy import generated_clients
from deploy.generated_clients import Check, CheckError


def wrong(_folder: Path, _tools: Path) -> str:
    raise CheckError("does not compile")


CHECKS = (
    Check("needs nothing", (), lambda _folder, _tools: "compiles"),
    Check("needs Java", ("java",), lambda _folder, _tools: "compiles"),
    Check("needs Go, too", ("java", "go"), wrong),
)


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generated_clients, "CHECKS", CHECKS)
    monkeypatch.setattr(generated_clients, "_install", lambda folder: folder)


def test_what_needs_a_command_that_is_missing_is_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left_out = generated_clients.check_clients(tmp_path, which={"java": "/usr/bin/java"}.get)

    assert left_out == ["needs Go, too"]
    assert capsys.readouterr().out.splitlines() == [
        "needs nothing: compiles",
        "needs Java: compiles",
        "needs Go, too: left out, go not found",
    ]


def test_a_client_that_does_not_compile_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="does not compile"):
        generated_clients.check_clients(tmp_path, which=lambda command: f"/usr/bin/{command}")
