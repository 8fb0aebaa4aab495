"""The data folder of a server: under the stack's root, or in `/var/tmp` if its user or scripts cannot use that path.

A checkout under `/root` is closed to `nobody`, and RabbitMQ's scripts fail on a path with a space or a letter beyond
ASCII. The path of a relocated folder is written to `<name>.place` in the root, so that `make clean` removes it.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

from deploy.local.account import Account

_SAFE_PATH = re.compile(r"[A-Za-z0-9_./+@-]+")


def create(root: Path, name: str, account: Account) -> Path:
    """Create the data folder `name` for `account` and return it; the same one each time."""
    note = root / f"{name}.place"
    if note.exists() and _is_owned_by(folder := Path(note.read_text()), account):
        return folder
    folder = root.resolve() / name
    folder.mkdir(parents=True, exist_ok=True)
    _change_owner(folder, account)
    if _SAFE_PATH.fullmatch(str(folder)) and account.can_write(folder):
        return folder
    folder.rmdir()
    relocated = Path(tempfile.mkdtemp(prefix=f"shanzhi-{name}-", dir="/var/tmp"))
    _change_owner(relocated, account)
    note.write_text(str(relocated))
    return relocated


def remove_relocated(root: Path) -> None:
    """Remove the folders of this stack that were relocated to `/var/tmp`."""
    for note in root.glob("*.place"):
        folder = Path(note.read_text())
        if folder.parent == Path("/var/tmp") and folder.name.startswith("shanzhi-"):
            shutil.rmtree(folder, ignore_errors=True)
        note.unlink()


def _change_owner(folder: Path, account: Account) -> None:
    if not account.is_current:
        os.chown(folder, account.uid, account.gid)


def _is_owned_by(folder: Path, account: Account) -> bool:
    return folder.is_dir() and folder.stat().st_uid == account.uid
