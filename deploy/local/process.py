"""Child processes, each with a mark in its environment by which it is found after a crash of the stack."""

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


class StackError(Exception):
    """A part of the stack did not start or stop; the message has the end of its log."""


class Process:
    """A child process with its log, its stop signal and its grace period."""

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
                start_new_session=True,  # Ctrl-C reaches the stack only, which stops its children in order
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
        """Send the stop signal and wait; kill what is left after the grace period."""
        tree = self._process_tree()
        if self.running:
            assert self._child is not None
            self._send(tree, signal.SIGCONT)
            self._child.send_signal(self._stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(self._grace)
        self._kill_tree_and_wait(tree)

    def kill(self) -> None:
        """Kill the process and its children (SIGKILL), as a crash would."""
        tree = self._process_tree()
        self._send(tree, signal.SIGKILL)
        self._kill_tree_and_wait(tree)

    def pause(self) -> None:
        """Pause the process and its children (SIGSTOP)."""
        self._send(self._process_tree(), signal.SIGSTOP)

    def resume(self) -> None:
        """Resume the process and its children (SIGCONT)."""
        self._send(self._process_tree(), signal.SIGCONT)

    def log_tail(self, lines: int = 15) -> str:
        """Return the last lines of the log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def memory(self) -> int:
        """Return the resident memory of the process and its children in bytes; shared pages count once."""
        total = 0
        for member in self._process_tree():
            with contextlib.suppress(psutil.Error):
                info = member.memory_full_info()
                total += getattr(info, "pss", 0) or info.rss
        return total

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of the process and its children, including children that have ended."""
        total = 0.0
        for member in self._process_tree():
            with contextlib.suppress(psutil.Error):
                total += sum(member.cpu_times()[:4])  # user and system time, own and of children that ended
        return total

    def _process_tree(self) -> list[psutil.Process]:
        if not self.running:
            return []
        assert self._child is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self._child.pid)
            return [parent, *parent.children(recursive=True)]
        return []

    def _kill_tree_and_wait(self, tree: list[psutil.Process]) -> None:
        self._send(tree, signal.SIGKILL)
        if self._child is not None:
            self._child.wait()
        psutil.wait_procs(tree, timeout=10)

    @staticmethod
    def _send(members: Iterable[psutil.Process], number: signal.Signals) -> None:
        for member in members:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(number)


def marked_processes(root: Path) -> list[psutil.Process]:
    """Return every running process that a stack with this root started."""
    mark, found = str(root.resolve()), []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
    return found


def end_marked_processes(root: Path) -> int:
    """Stop the processes that a killed stack with this root left running; return how many there were."""
    left = marked_processes(root)
    for number, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        living = [process for process in left if process.is_running()]
        Process._send(living, signal.SIGCONT)
        Process._send(living, number)
        psutil.wait_procs(living, timeout=patience)
    return len(left)


def wait_until_ready(ready: Callable[[], bool], process: Process, seconds: float) -> None:
    """Wait until `ready()` is true; raise StackError with the end of the log if the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not process.running:
            raise StackError(f"{process.name} ended (exit {process.returncode}):\n{process.log_tail()}")
        if time.monotonic() > deadline:
            raise StackError(f"{process.name} was not ready after {seconds:.0f} s:\n{process.log_tail()}")
        time.sleep(0.05)
