"""Child processes that leave nothing behind: each carries a mark in its environment to be found by."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import psutil

from deploy.local.account import Account

MARK = "SHANZHI_STACK"


class Failed(Exception):
    """Something of the stack did not come up; says what, and what its log ends with."""


class Process:
    """One child: its command line, its log, and the ways it may end."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        log: Path,
        folder: Path | None = None,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 20.0,
    ) -> None:
        self.name, self.log = name, log
        self._command = [str(word) for word in command]
        self._environment, self._folder = dict(environment), folder
        self._account, self._stop_signal, self._grace = account, stop_signal, grace
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the stack alone, which ends its children in order
                **(self._account.popen if self._account else {}),
            )

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def returncode(self) -> int | None:
        return self._child.returncode if self._child else None

    def stop(self) -> None:
        """Ask it to end, and wait; kill what has not ended within the grace."""
        family = self._family()
        if self.running:
            assert self._child is not None
            self._send(family, signal.SIGCONT)
            self._child.send_signal(self._stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(self._grace)
        self._finish(family)

    def kill(self) -> None:
        """Kill it and its children at once, as a crash would (SIGKILL)."""
        family = self._family()
        self._send(family, signal.SIGKILL)
        self._finish(family)

    def pause(self) -> None:
        """Freeze it and its children (SIGSTOP)."""
        self._send(self._family(), signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on (SIGCONT)."""
        self._send(self._family(), signal.SIGCONT)

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def memory(self) -> int:
        """Resident memory of it and its children, pages shared among them counted once, in bytes."""
        total = 0
        for member in self._family():
            with contextlib.suppress(psutil.Error):
                info = member.memory_full_info()
                total += getattr(info, "pss", 0) or info.rss
        return total

    def processor(self) -> float:
        """Seconds of a processor that it and its children have used since they began, also those that have ended."""
        total = 0.0
        for member in self._family():
            with contextlib.suppress(psutil.Error):
                total += sum(member.cpu_times()[:4])  # of its own and of children that ended, in the program and for it
        return total

    def _family(self) -> list[psutil.Process]:
        if not self.running:
            return []
        assert self._child is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self._child.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def _finish(self, family: list[psutil.Process]) -> None:
        self._send(family, signal.SIGKILL)
        if self._child is not None:
            self._child.wait()
        psutil.wait_procs(family, timeout=10)

    @staticmethod
    def _send(members: Iterable[psutil.Process], number: signal.Signals) -> None:
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(number)


def marked(root: Path) -> list[psutil.Process]:
    """Every process that a stack with this root started and did not end, even if it was killed itself."""
    mark, found = str(root.resolve()), []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
    return found


def end_marked(root: Path) -> int:
    """End what a killed stack with this root left running; return how many processes that were."""
    left = marked(root)
    for number, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        living = [process for process in left if process.is_running()]
        Process._send(living, signal.SIGCONT)
        Process._send(living, number)
        psutil.wait_procs(living, timeout=patience)
    return len(left)


def until(ready: Callable[[], bool], process: Process, seconds: float) -> None:
    """Wait until `ready()` is true while the process runs; otherwise raise Failed with its last words."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not process.running:
            raise Failed(f"{process.name} ended (exit {process.returncode}):\n{process.last_words()}")
        if time.monotonic() > deadline:
            raise Failed(f"{process.name} was not ready after {seconds:.0f} s:\n{process.last_words()}")
        time.sleep(0.05)
