"""Compiles the lock files in `requirements/` from pyproject.toml: `python -m deploy.lock [--upgrade]`.

One file for each extra that is installed somewhere, named after the extra, and one for each group: `build.txt` for the
tools that install the others, `node.txt` for Node where none is installed. Every file pins every package with its
hashes, for all supported Pythons and platforms.
"""

import subprocess
import sys
from pathlib import Path

from deploy import SERVICES

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "requirements"
EXTRAS = ("dev", "stack", "gateway", "gateway-s3", "jobs", "relay", *SERVICES)
GROUPS = ("build", "node")
_OPTIONS = (
    *("--quiet", "--no-config", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--custom-compile-command", "make lock"),
)


def compile_all(*, upgrade: bool) -> None:
    """Write every lock file; with `upgrade` take the newest versions that pyproject.toml allows.

    All files share the versions of `dev.txt`, so that what is tested is what the images hold.
    """
    newest = ["--upgrade"] if upgrade else []
    dev = FOLDER / "dev.txt"
    _compile(dev, "pyproject.toml", "--extra", "dev", *newest)
    for group in GROUPS:
        _compile(FOLDER / f"{group}.txt", "--group", f"pyproject.toml:{group}", "--constraints", str(dev), *newest)
    for extra in EXTRAS[1:]:
        _compile(FOLDER / f"{extra}.txt", "pyproject.toml", "--extra", extra, "--constraints", str(dev), *newest)


def _compile(file: Path, *arguments: str) -> None:
    command: list[str | Path] = [
        Path(sys.executable).with_name("uv"),
        "pip",
        "compile",
        *_OPTIONS,
        *arguments,
        "--output-file",
        file,
    ]
    subprocess.run(command, cwd=PROJECT, check=True)
    print(f"wrote {file.relative_to(PROJECT)}")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    compile_all(upgrade="--upgrade" in sys.argv[1:])
