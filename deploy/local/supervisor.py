"""Keeps running what should run: a process that ends by itself is started again, as compose would do."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from deploy.local.process import Failed, Process

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_CALM = 30.0  # after so long without an end a process counts as healthy again


class Runnable(Protocol):
    """A process, or a server around one."""

    @property
    def name(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class _Charge:
    runnable: Runnable
    process: Process
    wanted: bool = False
    pause: float = _FIRST_PAUSE
    started: float = 0.0


class Supervisor:
    """The processes of one stack, each wanted or not; a thread restarts those that are wanted and gone."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._charges: dict[str, _Charge] = {}
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, name="supervisor", daemon=True)

    def begin(self) -> None:
        """Watch from now on."""
        self._watch.start()

    def end(self) -> None:
        """Stop watching, without stopping anything."""
        self._ended.set()
        if self._watch.is_alive():
            self._watch.join()

    @property
    def names(self) -> list[str]:
        return list(self._charges)

    @property
    def wanted(self) -> list[str]:
        """Those that are to run."""
        return [name for name, charge in self._charges.items() if charge.wanted]

    def process(self, name: str) -> Process:
        """Return a process by name; KeyError when it was never started here."""
        return self._charges[name].process

    def start(self, runnable: Runnable, process: Process) -> None:
        """Start it and keep it running."""
        charge = self._charges.setdefault(runnable.name, _Charge(runnable, process))
        charge.started, charge.pause = time.monotonic(), _FIRST_PAUSE
        if not process.running:
            runnable.start()
        charge.wanted = True

    def stop(self, names: Iterable[str]) -> None:
        """Ask them all to end, wait until they have, and leave them down."""
        charges = [self._charges[name] for name in names]
        for charge in charges:
            charge.wanted = False
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda charge: charge.runnable.stop(), charges))

    def kill(self, name: str, *, restart: bool = True) -> None:
        """End it as a crash would; it comes back by itself unless told otherwise."""
        charge = self._charges[name]
        charge.wanted = restart
        charge.process.kill()

    def _keep_running(self) -> None:
        while not self._ended.wait(0.2):
            for charge in list(self._charges.values()):
                if charge.wanted and not charge.process.running and self._is_due(charge):
                    self._restart(charge)

    def _is_due(self, charge: _Charge) -> bool:
        lived = time.monotonic() - charge.started
        if lived > _CALM:
            charge.pause = _FIRST_PAUSE
        return lived > charge.pause

    def _restart(self, charge: _Charge) -> None:
        name, code = charge.runnable.name, charge.process.returncode
        self._say(f"{name} ended (exit {code}); starting it again, see {charge.process.log}")
        charge.started, charge.pause = time.monotonic(), min(charge.pause * 2, _LONGEST_PAUSE)
        try:
            charge.runnable.start()
        except Failed as failure:
            if charge.wanted:
                self._say(str(failure))
        if not charge.wanted:  # stopped meanwhile
            charge.runnable.stop()
