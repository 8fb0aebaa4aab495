"""Restarts processes that end by themselves, as Compose does."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from deploy.local.process import Process, StackError

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_HEALTHY_AFTER = 30.0  # seconds of running after which the pause between restarts is reset


class Runnable(Protocol):
    """A process, or a server that runs in one."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class _Entry:
    runnable: Runnable
    process: Process
    wanted: bool = False
    pause: float = _FIRST_PAUSE
    started: float = 0.0


class Supervisor:
    """The processes of one stack; a thread restarts those that should run and do not."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._entries: dict[str, _Entry] = {}
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, name="supervisor", daemon=True)

    def start_watching(self) -> None:
        """Start the thread that restarts processes."""
        self._watch.start()

    def stop_watching(self) -> None:
        """Stop the thread; the processes keep running."""
        self._ended.set()
        if self._watch.is_alive():
            self._watch.join()

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    @property
    def wanted(self) -> list[str]:
        """Names of the processes that should run."""
        return [name for name, entry in self._entries.items() if entry.wanted]

    def process(self, name: str) -> Process:
        """Return a process by name; raise KeyError if it was never started."""
        return self._entries[name].process

    def start(self, runnable: Runnable, process: Process) -> None:
        """Start a process and keep it running."""
        entry = self._entries.setdefault(runnable.name, _Entry(runnable, process))
        entry.started, entry.pause = time.monotonic(), _FIRST_PAUSE
        if not process.running:
            runnable.start()
        entry.wanted = True

    def stop(self, names: Iterable[str]) -> None:
        """Stop processes at the same time, wait until they have ended, and do not restart them."""
        entries = [self._entries[name] for name in names]
        for entry in entries:
            entry.wanted = False
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda entry: entry.runnable.stop(), entries))

    def kill(self, name: str, *, restart: bool = True) -> None:
        """Kill a process; it is restarted unless `restart` is false."""
        entry = self._entries[name]
        entry.wanted = restart
        entry.process.kill()

    def _keep_running(self) -> None:
        while not self._ended.wait(0.2):
            for entry in list(self._entries.values()):
                if entry.wanted and not entry.process.running and self._is_due(entry):
                    self._restart(entry)

    def _is_due(self, entry: _Entry) -> bool:
        uptime = time.monotonic() - entry.started
        if uptime > _HEALTHY_AFTER:
            entry.pause = _FIRST_PAUSE
        return uptime > entry.pause

    def _restart(self, entry: _Entry) -> None:
        name, code = entry.runnable.name, entry.process.returncode
        self._report(f"{name} ended (exit {code}); starting it again, see {entry.process.log}")
        entry.started, entry.pause = time.monotonic(), min(entry.pause * 2, _LONGEST_PAUSE)
        try:
            entry.runnable.start()
        except StackError as failure:
            if entry.wanted:
                self._report(str(failure))
        if not entry.wanted:  # stopped in the meantime
            entry.runnable.stop()
