"""Who runs PostgreSQL: it refuses root, so root lends it to `nobody`; anybody else runs it himself."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    """A user of this machine that a child process may run as."""

    uid: int
    gid: int
    name: str

    @classmethod
    def unprivileged(cls) -> "Account":
        """Return ourselves, or `nobody` when we are root."""
        if os.geteuid():
            return cls.ourselves()
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @classmethod
    def ourselves(cls) -> "Account":
        entry = pwd.getpwuid(os.geteuid())
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments that make `subprocess` start a child as this user."""
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_run(self, program: Path) -> bool:
        """Whether this user can reach and run a program: asked of the kernel, not guessed from modes."""
        try:
            done = subprocess.run([program, "--version"], capture_output=True, cwd="/", **self.popen)
        except OSError:
            return False
        return done.returncode == 0

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can write into a folder, for which all folders above it must let him through."""
        test = ["test", "-d", str(folder), "-a", "-w", str(folder), "-a", "-x", str(folder)]
        return subprocess.run(test, cwd="/", **self.popen).returncode == 0
