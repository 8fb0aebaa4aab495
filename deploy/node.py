"""Installs and runs projects of Node: packages as their lock file says, once for each content of that file."""

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

OLDEST = 20
"""First version of Node that the projects in `clients/` run on."""
_TIMEOUT_SECONDS = 600


class NodeError(Exception):
    """A project cannot be installed or run here; the message says what to do."""


def npm() -> str:
    """Return the path of npm; NodeError if Node is missing or too old."""
    node, found = shutil.which("node"), shutil.which("npm")
    if not node or not found:
        raise NodeError(f"Node {OLDEST} or later and npm are needed, and are not on the PATH: see https://nodejs.org")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST:
        raise NodeError(f"Node {OLDEST} or later is needed, and {node} is {version}: see https://nodejs.org")
    return found


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
    done = subprocess.run(
        [npm(), *arguments],
        cwd=project,
        env=environment,
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
