"""A lock file in a stack's root: one stack at a time uses a root, and a killed one releases it."""

import contextlib
import fcntl
import os
import shutil
import signal
import time
from pathlib import Path

from deploy.local import data_folder
from deploy.local.process import StackError, end_marked_processes


class RootLock:
    """An exclusive lock on a root, with the pid of this process in it; StackError if another stack has it."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._file = (root / "lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise StackError(f"a stack runs already in {root}: `make down` stops it") from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.truncate(0)
        self._file.close()


def is_locked(root: Path) -> bool:
    """Whether a stack is running in a root."""
    return _owner(root) is not None


def stop(root: Path, seconds: float = 90.0) -> bool:
    """Stop the stack that runs in a root and any processes a killed one left; return whether there were any."""
    found = False
    deadline = time.monotonic() + seconds
    while (owner := _owner(root)) is not None:
        if not found:
            os.kill(owner, signal.SIGTERM)
            found = True
        if time.monotonic() > deadline:
            raise StackError(f"the stack in {root} (pid {owner}) did not stop within {seconds:.0f} s")
        time.sleep(0.1)
    return end_marked_processes(root) > 0 or found


def remove(root: Path) -> None:
    """Stop the stack in a root and remove all its files, also those that were relocated."""
    stop(root)
    data_folder.remove_relocated(root)
    shutil.rmtree(root, ignore_errors=True)


def _owner(root: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError), (root / "lock").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0) or None
    return None
