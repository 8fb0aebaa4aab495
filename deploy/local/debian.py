"""Packages of Debian or Ubuntu, unpacked without being installed.

Needs no root and changes nothing outside its folder: apt gets its own lists, its own cache and an empty status file, so
that it lists every package of the closure. Signatures are checked as usual.
"""

import fcntl
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.process import StackError

_APT = """\
Dir::State::Lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "";
Debug::NoLocking "true";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Pre-Invoke;
"""


def _unchanged(tree: Path) -> None:
    pass


@dataclass(frozen=True)
class Software:
    """What to unpack: a package, and the names of those that it needs beside the libraries this machine lacks."""

    package: str
    needs: re.Pattern[str]
    announcement: str
    """What is downloaded and how large it is, for whoever waits."""
    adapt: Callable[[Path], None] = _unchanged
    """Changes the files that name the folder they are in. Called again after the folder was moved."""


def available() -> bool:
    """Whether this machine has the package tools of Debian or Ubuntu."""
    return all(shutil.which(tool) for tool in ("apt-get", "dpkg", "dpkg-query"))


def unpack(software: Software, folder: Path, report: Callable[[str], None]) -> Path:
    """Download and unpack the packages into `folder`, once; return the root of the unpacked tree.

    Raise StackError if apt cannot reach its mirror or does not know the packages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tree, note = folder / "tree", folder / "unpacked-at"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two stacks of one checkout may start at once
        if not tree.exists():
            report(software.announcement)
            draft = folder / "tree.new"
            shutil.rmtree(draft, ignore_errors=True)
            for package in _download(software, folder):
                _run("dpkg", "-x", str(package), str(draft))
            note.unlink(missing_ok=True)
            draft.rename(tree)
            shutil.rmtree(folder / "lists")
            shutil.rmtree(folder / "cache")
        if not note.exists() or note.read_text() != str(tree):
            software.adapt(tree)
            note.write_text(str(tree))
    return tree


def shared_libraries(tree: Path) -> str:
    """Return the folders of shared libraries in an unpacked tree, as LD_LIBRARY_PATH has them.

    Some packages keep libraries in a folder of their own and find them there by its installed path, as PulseAudio's do.
    """
    folders = sorted(tree.glob("usr/lib/*-linux-gnu*"))
    private = sorted({library.parent for folder in folders for library in folder.glob("*/lib*.so*")})
    return ":".join(map(str, [*folders, *private]))


def _download(software: Software, folder: Path) -> list[Path]:
    packages = folder / "cache" / "packages"
    for empty in (folder / "lists" / "partial", folder / "cache" / "archives" / "partial", packages):
        empty.mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    settings = folder / "apt.conf"
    settings.write_text(_APT.format(folder=folder))
    apt = ("apt-get", "-c", str(settings), "--quiet")
    _run(*apt, "update")
    plan = _run(*apt, "--simulate", "--no-install-recommends", "install", software.package)
    closure = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
    installed = set(_run("dpkg-query", "--show", "--showformat=${Package}\n").split())
    wanted = [name for name in closure if software.needs.fullmatch(name)]
    wanted += [name for name in closure if name.startswith("lib") and name not in installed]
    _run(*apt, "download", *wanted, folder=packages)
    return sorted(packages.glob("*.deb"))


def _run(*command: str, folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise StackError(f"{' '.join(command[:4])} …: {done.stderr.strip()}")
    return done.stdout
