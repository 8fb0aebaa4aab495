"""Scans of what is shipped: `python -m deploy.supply scan | sbom FOLDER | advisories CHECKOUT`.

`scan` works offline. It compares every locked package with the advisories in `requirements/advisories.json`, and
searches the tracked files for secrets with detect-secrets. `advisories` writes that file from a checkout of
https://github.com/pypa/advisory-database (CC BY 4.0). `sbom` writes one CycloneDX document for each lock file, which is
the environment of the image of that name.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from deploy.lock import EXTRAS, FOLDER, PROJECT

ADVISORIES = FOLDER / "advisories.json"
ACCEPTED = FOLDER / "accepted.toml"
"""Accepted findings: `[[advisory]]` with id, reason and the day until which it is accepted; `[[secret]]` with file and
reason, for examples that only look like secrets."""
OLD = timedelta(days=180)
"""Advisories older than this are reported as old: newer ones are not among them."""

_DETECTORS = (
    "ArtifactoryDetector",
    "AWSKeyDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "JwtTokenDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PrivateKeyDetector",
    "PypiTokenDetector",
    "SlackDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)
"""What has a form of its own; words of high entropy alone would report every hash of the lock files."""

IMAGES = tuple(extra for extra in EXTRAS if extra not in ("dev", "stack"))

app = typer.Typer(add_completion=False, no_args_is_help=True)


@dataclass(frozen=True)
class Advisory:
    """A published vulnerability of a package: affected versions by name and by ranges from `introduced` to `fixed`."""

    id: str
    aliases: list[str]
    summary: str
    versions: list[str]
    ranges: list[dict[str, str]]

    def affects(self, version: str) -> bool:
        """Return whether a version is among those affected."""
        return version in self.versions or any(_within(Version(version), span) for span in self.ranges)


def _within(version: Version, span: Mapping[str, str]) -> bool:
    introduced = span["introduced"]
    return (
        (introduced == "0" or version >= Version(introduced))
        and ("fixed" not in span or version < Version(span["fixed"]))
        and ("last_affected" not in span or version <= Version(span["last_affected"]))
    )


def locked() -> dict[str, set[str]]:
    """Return the versions of every package in the lock files."""
    versions: dict[str, set[str]] = {}
    for file in FOLDER.glob("*.txt"):
        for line in file.read_text().splitlines():
            if line[:1].isalnum():
                requirement = Requirement(line.rstrip(" \\"))
                (pin,) = requirement.specifier
                versions.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return versions


def vulnerabilities(advisories: Mapping[str, Any], packages: Mapping[str, Iterable[str]], today: date) -> Iterator[str]:
    """Yield a line for each locked version with an advisory, and for each package that was never looked up."""
    accepted = {entry["id"] for entry in _accepted("advisory") if entry["until"] >= today}
    for name, versions in sorted(packages.items()):
        if name not in advisories["packages"]:
            yield f"{name}: advisories were never looked up; run `make advisories`"
            continue
        for advisory in (Advisory(**known) for known in advisories["packages"][name]):
            for version in sorted(versions):
                if advisory.affects(version) and accepted.isdisjoint((advisory.id, *advisory.aliases)):
                    yield f"{name} {version}: {advisory.id} {' '.join(advisory.aliases)} {advisory.summary}"


def secrets(files: Iterable[Path]) -> Iterator[str]:
    """Yield `file:line: kind` for each secret found in files that is not accepted."""
    accepted = {entry["file"] for entry in _accepted("secret")}
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in _DETECTORS]}):
        for file in files:
            found.scan_file(str(file))
    for name, secret in found:
        where = Path(name).relative_to(PROJECT) if Path(name).is_relative_to(PROJECT) else Path(name)
        if str(where) not in accepted:
            yield f"{where}:{secret.line_number}: {secret.type}"


def _accepted(kind: str) -> list[dict[str, Any]]:
    return [entry for entry in tomllib.loads(ACCEPTED.read_text()).get(kind, []) if entry["reason"]]


def condensed(checkout: Path, packages: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the advisories of packages from a checkout of the advisory database."""
    return {name: [asdict(one) for one in _advisories(checkout / "vulns" / name)] for name in sorted(packages)}


def _advisories(folder: Path) -> Iterator[Advisory]:
    for file in sorted(folder.glob("*.yaml")):
        record = yaml.safe_load(file.read_text())
        if "withdrawn" in record:
            continue
        affected = record["affected"]
        spans = [
            span
            for one in affected
            for of in one.get("ranges", ())
            if of["type"] == "ECOSYSTEM"
            for span in _spans(of["events"])
        ]
        yield Advisory(
            id=record["id"],
            aliases=record.get("aliases", []),
            summary=" ".join(record["details"].split())[:160],
            versions=[] if spans else [str(version) for one in affected for version in one.get("versions", ())],
            ranges=spans,
        )


def _spans(events: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    spans: list[dict[str, str]] = []
    for event in events:
        ((kind, version),) = event.items()
        if kind == "introduced":
            spans.append({kind: str(version)})
        else:
            spans[-1][kind] = str(version)
    return spans


@app.command()
def scan() -> None:
    """Report known vulnerabilities of locked packages and secrets in tracked files; exits 1 if there are any."""
    today = date.today()
    packages = locked()
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    files = [PROJECT / name for name in tracked.splitlines()]
    advisories = json.loads(ADVISORIES.read_text())
    if today - date.fromisoformat(advisories["date"]) > OLD:
        print(f"note: advisories are of {advisories['date']}; run `make advisories` with a newer checkout")
    findings = [*vulnerabilities(advisories, packages, today), *secrets(files)]
    for finding in findings:
        print(finding, file=sys.stderr)
    known = sum(map(len, advisories["packages"].values()))
    print(
        f"{len(packages)} packages against {known} advisories of {advisories['date']}, {len(files)} files: "
        f"{len(findings)} findings"
    )
    raise typer.Exit(bool(findings))


@app.command()
def advisories(checkout: Annotated[Path, typer.Argument(help="A checkout of pypa/advisory-database.")]) -> None:
    """Write `requirements/advisories.json` for the locked packages."""
    shown = ["git", "-C", str(checkout), "log", "-1", "--format=%H %cs"]
    commit, day = subprocess.run(shown, check=True, capture_output=True, text=True).stdout.split()
    stored = {
        "source": "https://github.com/pypa/advisory-database (CC BY 4.0)",
        "commit": commit,
        "date": day,
        "packages": condensed(checkout, locked()),
    }
    ADVISORIES.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n")
    print(f"wrote {ADVISORIES.relative_to(PROJECT)}: {len(stored['packages'])} packages")


@app.command()
def sbom(
    folder: Annotated[Path, typer.Argument(help="Where to write the documents.")],
    images: Annotated[list[str] | None, typer.Argument(help="Their lock files' names; by default all.")] = None,
) -> None:
    """Write `<image>.cdx.json` (CycloneDX) for the lock file of each image."""
    folder.mkdir(parents=True, exist_ok=True)
    for image in images or IMAGES:
        target = folder / f"{image}.cdx.json"
        command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible", "--output-file"]
        subprocess.run([*command, str(target), str(FOLDER / f"{image}.txt")], check=True)
        print(f"wrote {target}")


if __name__ == "__main__":
    app()
