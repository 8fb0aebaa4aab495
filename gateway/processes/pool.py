"""A pool of worker processes, started when they are first needed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import structlog

from contracts.errors import Unavailable
from gateway.processes.frames import FrameError, frame, read_frame

log = structlog.get_logger("gateway.processes")

_CODE = Path(__file__).resolve().parents[2]
_GRACE_SECONDS = 5
"""How much longer than the time limit the gateway waits for a worker, which ends its child itself."""


@dataclass(frozen=True, kw_only=True)
class ProcessLimits:
    """What one piece of work may take."""

    memory_mb: int
    """Private memory of the process, with some 80 MB for the libraries themselves."""
    cpu_seconds: int
    seconds: int
    """Wall-clock time."""
    file_mb: int = 0
    """Size of a temporary file; 0 for a process that writes none."""


@dataclass(frozen=True, kw_only=True)
class Functions:
    """What the workers of a pool do: the functions they call by name, `module:function`.

    A function takes the content and the options of its task, and returns facts (JSON values) and content. A `Refusal`
    that it raises is passed on.
    """

    tasks: Mapping[str, str]
    warm_up: str
    """Called once by each worker before the first task; what it imports, every child has."""


@dataclass(frozen=True)
class Result:
    """What a worker made of a task, and what that took."""

    facts: dict[str, Any]
    content: bytes
    cpu_seconds: float
    peak_kb: int
    """Largest resident memory of the child, shared pages included."""


class PoolBusy(Exception):
    """As many callers wait as may."""


class WorkRefused(Exception):
    """The function raised a refusal."""

    def __init__(self, refusal: dict[str, Any]) -> None:
        super().__init__(refusal["code"])
        self.code: str = refusal["code"]
        self.detail: str = refusal["detail"]
        self.errors: list[dict[str, Any]] = refusal["errors"]
        self.facts: dict[str, Any] = refusal["facts"]


class LimitBreached(Exception):
    """The task took more than it may of `memory`, `cpu` or `time`."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class WorkFailed(Exception):
    """The function or its worker crashed."""


class ProcessPool:
    """Does work in at most `size` processes; `queue` more callers wait, the next is refused at once.

    The sum for all pools is to be lower than the gateway's number of threads, so that other requests are answered
    meanwhile. `environment` is all that the workers get of it.
    """

    def __init__(
        self,
        functions: Functions,
        limits: ProcessLimits,
        *,
        size: int,
        queue: int,
        wait_seconds: float,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.limits = limits
        self._command = json.dumps({"limits": asdict(limits), **asdict(functions)})
        self._environment = environment or {}
        self._wait_seconds = wait_seconds
        self._admitted = threading.BoundedSemaphore(size + queue)
        self._running = threading.BoundedSemaphore(size)
        self._idle: list[_Worker] = []
        self.peak_kb = 0
        """Largest resident memory of a child so far."""
        weakref.finalize(self, _stop_all, self._idle)

    def prepare(self) -> None:
        """Start a worker, which imports its libraries meanwhile, so that the first task does not wait for that.

        Raise Unavailable when the system refuses.
        """
        self._idle.append(self._start())

    @contextlib.contextmanager
    def slot(self) -> Iterator[None]:
        """Admit the caller, who may `run` tasks one after the other. Raise PoolBusy when too many run or wait."""
        if not self._admitted.acquire(blocking=False):
            raise PoolBusy
        try:
            if not self._running.acquire(timeout=self._wait_seconds):
                raise PoolBusy
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()

    def run(self, task: str, content: bytes, options: Mapping[str, Any] | None = None) -> Result:
        """Return what `task` makes of the content, within a `slot`.

        Raise WorkRefused, LimitBreached or WorkFailed; Unavailable when no worker can be started.
        """
        worker = self._idle_worker() or self._start()
        try:
            head, made = worker.ask(task, content, options or {})
        except (OSError, FrameError) as error:
            worker.stop()
            log.error("worker_failed", task=task, error=str(error))
            if isinstance(error, TimeoutError):
                raise LimitBreached("time") from error
            raise WorkFailed from error
        self._idle.append(worker)
        self.peak_kb = max(self.peak_kb, head["peak_kb"])
        if refusal := head.get("refusal"):
            raise WorkRefused(refusal)
        if breach := head.get("breach"):
            log.warning(
                "work_exceeded_limit", task=task, limit=breach, cpu_seconds=head["cpu_seconds"], peak_kb=head["peak_kb"]
            )
            raise WorkFailed if breach == "crash" else LimitBreached(breach)
        return Result(head["facts"], made, head["cpu_seconds"], head["peak_kb"])

    def _start(self) -> "_Worker":
        return _Worker.start(self._command, self._environment, self.limits.seconds + _GRACE_SECONDS)

    def _idle_worker(self) -> "_Worker | None":
        """Return an idle worker that still runs, None if there is none."""
        while self._idle:
            worker = self._idle.pop()
            if worker.runs:
                return worker
            worker.stop()
        return None


class _Worker:
    """A worker process and the socket that is its standard input and output."""

    def __init__(self, process: subprocess.Popen[bytes], connection: socket.socket) -> None:
        self._process = process
        self._connection = connection
        self._answers = connection.makefile("rb")

    @classmethod
    def start(cls, command: str, environment: Mapping[str, str], timeout: float) -> Self:
        """Start a process, with nothing of the gateway's environment. Raise Unavailable when the system refuses."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "gateway.processes.worker", command],
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    cwd="/",
                    env={**_OWN_ENVIRONMENT, **environment},
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise Unavailable from error
        ours.settimeout(timeout)
        return cls(process, ours)

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def ask(self, task: str, content: bytes, options: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return the worker's answer. Raise TimeoutError when it takes too long, OSError or FrameError if it ended."""
        self._connection.sendall(frame({"task": task, "options": options}, content))
        return read_frame(self._answers)

    def stop(self) -> None:
        """Kill the process and its child."""
        self._answers.close()
        self._connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


_OWN_ENVIRONMENT: Mapping[str, str] = {
    "PATH": os.defpath,
    "PYTHONPATH": str(_CODE),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
}
"""Where the code is, and libraries that start no threads."""


def _stop_all(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.stop()
