"""A worker: reads tasks from standard input, does each in a child of its own, writes results.

python -m gateway.processes.worker '{"limits": {"memory_mb": 400, …}, "tasks": {"pdf": "module:function"}, …}'

The worker imports the functions and forks for each task, so that one that breaches a limit or crashes ends its own
process only, and none meets what an earlier one left in memory. It imports nothing else of the gateway and is started
without the gateway's environment: it has no secrets.
"""

import contextlib
import functools
import gc
import importlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from contracts.errors import Refusal
from gateway.processes.frames import MAX_CONTENT_BYTES, FrameError, frame, read_frame

Work = Callable[[], tuple[dict[str, Any], bytes]]
"""Returns facts and content."""

_MEMORY_EXIT = 3
_MAX_ANSWER_BYTES = MAX_CONTENT_BYTES + 1024 * 1024
_BREACHES = {signal.SIGXCPU: "cpu", signal.SIGALRM: "time", signal.SIGKILL: "memory"}
"""Signal that ended a child → the limit it breached. SIGKILL is sent by a host that runs out of memory."""


def main(limits: dict[str, int], tasks: dict[str, str], warm_up: str) -> None:
    """Do tasks until standard input ends."""
    requests, answers = os.fdopen(0, "rb", closefd=False), os.fdopen(1, "wb", closefd=False)
    _function(warm_up)()
    gc.collect()
    gc.freeze()
    while True:
        try:
            head, content = read_frame(requests)
        except FrameError:
            return
        function = _function(tasks[head["task"]])
        answers.write(_run_in_child(functools.partial(function, content, **head["options"]), limits))
        answers.flush()


def _run_in_child(work: Work, limits: dict[str, int]) -> bytes:
    """Return the child's answer, or `breach` with `memory`, `cpu`, `time` or `crash` if it has none."""
    receiving, sending = os.pipe()
    with _folder(limits["file_mb"]):
        child = os.fork()
        if child == 0:
            _answer_and_exit(work, limits, sending)
        os.close(sending)
        with os.fdopen(receiving, "rb") as pipe:
            answer = pipe.read(_MAX_ANSWER_BYTES + 1)
            if len(answer) > _MAX_ANSWER_BYTES:
                os.kill(child, signal.SIGKILL)
        _, status, usage = os.wait4(child, 0)
    spent = {"cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3), "peak_kb": usage.ru_maxrss}
    if status == 0:
        try:
            head, made = read_frame(io.BytesIO(answer))
            return frame(head | spent, made)
        except FrameError:
            pass
    return frame({"breach": _breach(status)} | spent)


@contextlib.contextmanager
def _folder(file_mb: int) -> Iterator[None]:
    """Have a child that may write files do it in a folder of its own, which is deleted whatever ends the child."""
    if not file_mb:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="gateway-work-", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        yield
    tempfile.tempdir = None


def _breach(status: int) -> str:
    if os.WIFSIGNALED(status):
        return _BREACHES.get(signal.Signals(os.WTERMSIG(status)), "crash")
    return "memory" if os.WEXITSTATUS(status) == _MEMORY_EXIT else "crash"


def _answer_and_exit(work: Work, limits: dict[str, int], sending: int) -> NoReturn:
    """Do the work in this process and exit: 0 with an answer in the pipe, another code without."""
    code = 1
    try:
        _restrict(limits, sending)
        answer = _answer(work)
        with os.fdopen(sending, "wb") as pipe:
            pipe.write(answer)
        code = 0
    except MemoryError:
        code = _MEMORY_EXIT
    finally:
        os._exit(code)


def _answer(work: Work) -> bytes:
    try:
        facts, made = work()
        return frame({"facts": facts}, made)
    except Refusal as refusal:
        refused = {"code": refusal.code, "detail": refusal.detail, "errors": refusal.errors, "facts": refusal.facts}
        return frame({"refusal": refused})


def _restrict(limits: dict[str, int], sending: int) -> None:
    """Leave this process no open file but the pipe, and limit what it may use."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.closerange(3, sending)
    os.closerange(sending + 1, sending + 100)
    memory, cpu = limits["memory_mb"] * 1024 * 1024, limits["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    file_bytes = limits["file_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits["seconds"])


@functools.cache
def _function(path: str) -> Callable[..., Any]:
    module, name = path.split(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
