"""The user that runs PostgreSQL, which refuses to run as root: `nobody` if this is root, otherwise this user."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    """A user of this machine as whom a child process runs."""

    uid: int
    gid: int
    name: str

    @classmethod
    def unprivileged(cls) -> "Account":
        """Return the current user, or `nobody` if that is root."""
        if os.geteuid():
            return cls.current()
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @classmethod
    def current(cls) -> "Account":
        entry = pwd.getpwuid(os.geteuid())
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @property
    def is_current(self) -> bool:
        return self.uid == os.geteuid()

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments with which `subprocess` starts a child as this user."""
        return {} if self.is_current else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_run(self, program: Path) -> bool:
        """Whether this user can run a program; tries it, since file modes alone do not show it."""
        try:
            done = subprocess.run([program, "--version"], capture_output=True, cwd="/", **self.popen)
        except OSError:
            return False
        return done.returncode == 0

    def can_write(self, folder: Path) -> bool:
        """Whether this user can write into a folder and pass the folders above it."""
        test = ["test", "-d", str(folder), "-a", "-w", str(folder), "-a", "-x", str(folder)]
        return subprocess.run(test, cwd="/", **self.popen).returncode == 0
