"""The gateway's side of decoding: a pool of worker processes, started when they are first needed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Self

import structlog
from flask import current_app

from contracts.errors import (
    DecodingBusy,
    EvidenceUnusable,
    FileLimitExceeded,
    Invalid,
    Refusal,
    RosterInvalid,
    RulebookInvalid,
    Unavailable,
)
from gateway.decoding.frames import FrameError, frame, read_frame

log = structlog.get_logger("gateway.decoding")

Task = Literal["picture", "thumbnails", "pdf", "roster", "rulebook", "reconciliation"]

_REFUSALS: dict[str, type[Refusal]] = {
    each.code: each for each in (EvidenceUnusable, RosterInvalid, RulebookInvalid, Invalid)
}
_UNREADABLE: dict[Task, type[Refusal]] = {
    "picture": EvidenceUnusable,
    "thumbnails": EvidenceUnusable,
    "pdf": EvidenceUnusable,
    "roster": RosterInvalid,
    "rulebook": RulebookInvalid,
    "reconciliation": Invalid,
}
"""Task → the refusal of a file that crashed its decoder."""
_CODE = Path(__file__).resolve().parents[2]
_GRACE_SECONDS = 5
"""How much longer than a file's time limit the gateway waits for its worker, which ends the file's process itself."""


@dataclass(frozen=True, kw_only=True)
class DecodingLimits:
    """What decoding one file may take."""

    memory_mb: int
    """Private memory of the process, with some 80 MB for the decoders themselves."""
    cpu_seconds: int
    seconds: int
    """Wall-clock time."""


@dataclass(frozen=True)
class Decoded:
    """What a worker made of a file, and what that took."""

    facts: dict[str, Any]
    content: bytes
    cpu_seconds: float
    peak_kb: int
    """Largest resident memory of the file's process, shared pages included."""


class DecodingPool:
    """Decodes files in at most `size` processes; `queue` more callers wait, the next is refused at once.

    The sum is to be lower than the gateway's number of threads, so that other requests are answered meanwhile.
    """

    def __init__(self, limits: DecodingLimits, *, size: int, queue: int, wait_seconds: float) -> None:
        self._limits = limits
        self._wait_seconds = wait_seconds
        self._admitted = threading.BoundedSemaphore(size + queue)
        self._running = threading.BoundedSemaphore(size)
        self._idle: list[_Worker] = []
        self.peak_kb = 0
        """Largest resident memory of a file's process so far."""
        weakref.finalize(self, _stop_all, self._idle)

    def prepare(self) -> None:
        """Start a worker, which imports the decoders meanwhile, so that the first upload does not wait for that.

        Raise Unavailable when the system refuses.
        """
        self._idle.append(_Worker.start(self._limits))

    def decode(self, task: Task, content: bytes) -> Decoded:
        """Return the facts and the content that `task`'s decoder makes of a file.

        Raise what the decoder raises; FileLimitExceeded when it takes more than the limits; DecodingBusy when too many
        files are being decoded; Unavailable when no worker can be started.
        """
        if not self._admitted.acquire(blocking=False):
            raise DecodingBusy
        try:
            if not self._running.acquire(timeout=self._wait_seconds):
                raise DecodingBusy
            try:
                return self._decode(task, content)
            finally:
                self._running.release()
        finally:
            self._admitted.release()

    def _decode(self, task: Task, content: bytes) -> Decoded:
        worker = self._idle_worker() or _Worker.start(self._limits)
        try:
            head, decoded = worker.ask(task, content)
        except (OSError, FrameError) as error:
            worker.stop()
            log.error("decoding_worker_failed", task=task, error=str(error))
            if isinstance(error, TimeoutError):
                raise self._exceeded("time") from error
            raise _UNREADABLE[task]("文件无法读取") from error
        self._idle.append(worker)
        self.peak_kb = max(self.peak_kb, head["peak_kb"])
        return self._result(task, head, decoded)

    def _idle_worker(self) -> "_Worker | None":
        """Return an idle worker that still runs, None if there is none."""
        while self._idle:
            worker = self._idle.pop()
            if worker.runs:
                return worker
            worker.stop()
        return None

    def _result(self, task: Task, head: dict[str, Any], decoded: bytes) -> Decoded:
        if refusal := head.get("refusal"):
            raise _REFUSALS[refusal["code"]](refusal["detail"], refusal["errors"], refusal["facts"])
        if breach := head.get("breach"):
            spent = {"cpu_seconds": head["cpu_seconds"], "peak_kb": head["peak_kb"]}
            log.warning("upload_exceeded_limit", task=task, limit=breach, **spent)
            raise _UNREADABLE[task]("文件无法读取") if breach == "crash" else self._exceeded(breach)
        return Decoded(head["facts"], decoded, head["cpu_seconds"], head["peak_kb"])

    def _exceeded(self, limit: str) -> FileLimitExceeded:
        allowed = {"memory": self._limits.memory_mb, "cpu": self._limits.cpu_seconds, "time": self._limits.seconds}
        detail = {
            "memory": f"处理此文件所需内存超过上限 {self._limits.memory_mb} MB，请缩小后上传",
            "cpu": f"处理此文件所需计算超过上限 {self._limits.cpu_seconds} 秒，请缩小后上传",
            "time": f"处理此文件超过时限 {self._limits.seconds} 秒，请缩小后上传",
        }
        return FileLimitExceeded(detail[limit], facts={"limit": limit, "allowed": allowed[limit]})


def decoding_pool() -> DecodingPool:
    """Return the pool of the current application."""
    pool: DecodingPool = current_app.extensions["decoding"]
    return pool


class _Worker:
    """A worker process and the socket that is its standard input and output."""

    def __init__(self, process: subprocess.Popen[bytes], connection: socket.socket) -> None:
        self._process = process
        self._connection = connection
        self._answers = connection.makefile("rb")

    @classmethod
    def start(cls, limits: DecodingLimits) -> Self:
        """Start a process, with nothing of the gateway's environment. Raise Unavailable when the system refuses."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "gateway.decoding.worker", json.dumps(asdict(limits))],
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    cwd="/",
                    env=_environment(),
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                raise Unavailable from error
        ours.settimeout(limits.seconds + _GRACE_SECONDS)
        return cls(process, ours)

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def ask(self, task: Task, content: bytes) -> tuple[dict[str, Any], bytes]:
        """Return the worker's answer. Raise TimeoutError when it takes too long, OSError or FrameError if it ended."""
        self._connection.sendall(frame({"task": task}, content))
        return read_frame(self._answers)

    def stop(self) -> None:
        """Kill the process and its child."""
        self._answers.close()
        self._connection.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _environment() -> dict[str, str]:
    """Return the environment of a worker: where the code is, and libraries that start no threads."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(_CODE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _stop_all(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.stop()
