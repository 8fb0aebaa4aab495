"""Builds the residents' app, unless its sources are as they were: `python -m deploy.app [h5|mp-weixin]`."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from deploy import node

PROJECT = Path(__file__).resolve().parents[1]
APP = PROJECT / "clients" / "app"
_CLIENT_SOURCES = PROJECT / "clients" / "typescript" / "src"
_NOT_SOURCES = {"node_modules", "dist", "test", "unpackage"}
TARGETS = ("h5", "mp-weixin")


def build(target: str) -> Path:
    """Build the app for a target and return the folder of its files; NodeError if that fails."""
    output = APP / "dist" / "build" / target
    stamp = APP / "dist" / f".{target}"
    with node.locked(APP / ".build.lock"):
        digest = _digest()
        if not (stamp.exists() and stamp.read_text() == digest and output.is_dir()):
            node.install(APP)
            node.run(APP, "run", "--silent", f"build:{target}")
            stamp.write_text(digest)
    return output


class BackgroundBuild:
    """Builds the pages for browsers in a process of its own while the platform starts; ends it with the block."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.app"],
                cwd=PROJECT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()

    @property
    def remark(self) -> str:
        """What to say beside the app's address: nothing once it is built, else where to read why it is not."""
        match self._process.poll():
            case None:
                return f" (still being built: {self._log})"
            case 0:
                return ""
            case _:
                return f" (not built: {self._log})"


def _digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(_sources()):
        digest.update(str(file.relative_to(PROJECT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for path in APP.iterdir():
        if path.is_file() and not path.name.startswith("."):
            yield path
        elif path.is_dir() and path.name not in _NOT_SOURCES:
            yield from (file for file in path.rglob("*") if file.is_file())
    # The client's generated types leave nothing in a build.
    yield from (file for file in _CLIENT_SOURCES.glob("*.ts") if file.name != "schema.ts")


def main() -> None:
    """Build the target named on the command line, by default the pages for browsers, and print where they are."""
    target = sys.argv[1] if len(sys.argv) > 1 else "h5"
    if target not in TARGETS:
        sys.exit(f"no such target: {target}; there are {', '.join(TARGETS)}")
    try:
        print(f"The residents' app is in {build(target).relative_to(PROJECT)}")
    except node.NodeError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
