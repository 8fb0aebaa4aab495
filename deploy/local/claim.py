"""One stack at a time owns a root; the kernel forgets the claim of a stack that was killed."""

import contextlib
import fcntl
import os
import shutil
import signal
import time
from pathlib import Path

from deploy.local import place
from deploy.local.process import Failed, end_marked


class Claim:
    """The hold of this process on a root, with its pid for whoever wants to end it."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._file = (root / "lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise Failed(f"a stack runs already in {root}: `make down` ends it") from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.truncate(0)
        self._file.close()


def is_taken(root: Path) -> bool:
    """Whether a stack runs in a root now."""
    return _owner(root) is not None


def end(root: Path, seconds: float = 90.0) -> bool:
    """Ask the stack that owns a root to end, and end what a killed one left; return whether there was anything."""
    found = False
    deadline = time.monotonic() + seconds
    while (owner := _owner(root)) is not None:
        if not found:
            os.kill(owner, signal.SIGTERM)
            found = True
        if time.monotonic() > deadline:
            raise Failed(f"the stack in {root} (pid {owner}) did not end within {seconds:.0f} s")
        time.sleep(0.1)
    return end_marked(root) > 0 or found


def clear(root: Path) -> None:
    """End what runs in a root and remove all that was ever written for it, here and elsewhere."""
    end(root)
    place.vacate(root)
    shutil.rmtree(root, ignore_errors=True)


def _owner(root: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError), (root / "lock").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0) or None
    return None
