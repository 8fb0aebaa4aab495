"""deploy/supply.py: locked packages against stored advisories, secrets in files, an SBOM of each image."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import supply

PROJECT = Path(__file__).parents[2]
TODAY = date(2026, 1, 1)
RANGE = {
    "type": "ECOSYSTEM",
    "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"fixed": "2.0.5"}],
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A checkout of the advisory database with three advisories of one package, one of them withdrawn."""
    folder = tmp_path / "vulns" / "leaky"
    folder.mkdir(parents=True)
    affected: dict[str, list[dict[str, Any]]] = {
        "PYSEC-1": [{"ranges": [RANGE], "versions": ["1.0"]}],
        "PYSEC-2": [{"versions": ["3.0"]}],
        "PYSEC-3": [{"ranges": [RANGE]}],
    }
    for name, of in affected.items():
        record = {"id": name, "aliases": [f"CVE-{name[-1]}"], "details": "It\n leaks.", "affected": of}
        if name == "PYSEC-3":
            record["withdrawn"] = "2025-01-01"
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(record))
    return tmp_path


def found(database: Path, *versions: str) -> list[str]:
    advisories = {"date": "2025-12-01", "packages": supply.condensed(database, ["leaky"])}
    return list(supply.vulnerabilities(advisories, {"leaky": versions}, TODAY))


@pytest.mark.parametrize("version", ["0.9", "1.1.9", "2.0", "2.0.4", "3.0"])
def test_an_affected_version_is_reported_with_its_advisory(database: Path, version: str) -> None:
    (finding,) = found(database, version)

    assert finding.startswith(f"leaky {version}: PYSEC-")
    assert finding.endswith("It leaks.")


@pytest.mark.parametrize("version", ["1.2", "1.9", "2.0.5", "3.1"])
def test_a_mended_version_is_not_reported(database: Path, version: str) -> None:
    assert found(database, version) == []


def test_a_package_that_was_never_looked_up_is_reported() -> None:
    (finding,) = supply.vulnerabilities({"date": "2025-12-01", "packages": {}}, {"new": ["1"]}, TODAY)

    assert finding == "new: advisories were never looked up; run `make advisories`"


def test_an_accepted_advisory_is_reported_again_after_its_day(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = tmp_path / "accepted.toml"
    accepted.write_text('[[advisory]]\nid = "CVE-2"\nreason = "not used"\nuntil = 2026-01-01\n')
    monkeypatch.setattr(supply, "ACCEPTED", accepted)
    advisories = {"date": "2025-12-01", "packages": supply.condensed(database, ["leaky"])}

    assert list(supply.vulnerabilities(advisories, {"leaky": ["3.0"]}, TODAY)) == []
    assert len(list(supply.vulnerabilities(advisories, {"leaky": ["3.0"]}, date(2026, 1, 2)))) == 1


def test_no_locked_package_has_a_stored_advisory() -> None:
    advisories = json.loads(supply.ADVISORIES.read_text())

    assert list(supply.vulnerabilities(advisories, supply.locked(), date.today())) == []


def test_a_committed_secret_is_reported_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text("A = 1\n" + 'KEY = "AKIA' + 'IOSFODNN7EXAMPLQ"\n')

    (finding,) = supply.secrets([file])

    assert finding == f"{file}:2: AWS Access Key"


def test_an_sbom_names_every_locked_package_of_an_image(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "deploy.supply", "sbom", str(tmp_path), "relay"], cwd=PROJECT, check=True)

    document = json.loads((tmp_path / "relay.cdx.json").read_text())
    lines = (PROJECT / "requirements" / "relay.txt").read_text().splitlines()
    assert {(of["name"], of["version"]) for of in document["components"]} == {
        tuple(line.split()[0].split("==")) for line in lines if line[:1].isalnum()
    }


def test_every_image_gets_an_sbom() -> None:
    arguments = re.findall(r"args: \{EXTRA: ([a-z0-9-]+)\}", (PROJECT / "docker-compose.yml").read_text())

    assert set(arguments) <= set(supply.IMAGES)
