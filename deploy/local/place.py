"""Where a server keeps its files: under the stack's root, if its user and its scripts can cope with that path.

A checkout under `/root` is closed to `nobody`, and RabbitMQ's scripts trip over a space or a letter beyond
ASCII. Then the files go to a folder of their own under `/var/tmp`; the root notes it, `make clean` removes it.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

from deploy.local.account import Account

_PLAIN = re.compile(r"[A-Za-z0-9_./+@-]+")


def settle(root: Path, name: str, account: Account) -> Path:
    """Return the folder `name` of this stack, made for `account`; the same one each time."""
    note = root / f"{name}.place"
    if note.exists() and _belongs(folder := Path(note.read_text()), account):
        return folder
    folder = root.resolve() / name
    folder.mkdir(parents=True, exist_ok=True)
    _hand_over(folder, account)
    if _PLAIN.fullmatch(str(folder)) and account.may_enter(folder):
        return folder
    folder.rmdir()
    elsewhere = Path(tempfile.mkdtemp(prefix=f"shanzhi-{name}-", dir="/var/tmp"))
    _hand_over(elsewhere, account)
    note.write_text(str(elsewhere))
    return elsewhere


def vacate(root: Path) -> None:
    """Remove what was settled elsewhere for this stack."""
    for note in root.glob("*.place"):
        folder = Path(note.read_text())
        if folder.parent == Path("/var/tmp") and folder.name.startswith("shanzhi-"):
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink()


def _hand_over(folder: Path, account: Account) -> None:
    if not account.is_ours:
        os.chown(folder, account.uid, account.gid)


def _belongs(folder: Path, account: Account) -> bool:
    return folder.is_dir() and folder.stat().st_uid == account.uid
