"""A decoding worker: reads files from standard input, decodes each in a child of its own, writes results.

python -m gateway.decoding.worker '{"memory_mb": 400, "cpu_seconds": 10, "seconds": 20}'

The worker imports the decoders and forks for each file, so that a file that breaches a limit or crashes a decoder ends
its own process only, and no file meets what an earlier one left in memory. It imports nothing else of the gateway and
is started with an empty environment: it has no secrets.
"""

import functools
import gc
import importlib
import io
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from contracts.errors import Refusal
from gateway.decoding.frames import MAX_CONTENT_BYTES, FrameError, frame, read_frame

_DECODERS = {
    "picture": "gateway.decoding.pictures:decode_picture",
    "thumbnails": "gateway.decoding.pictures:decode_thumbnails",
    "pdf": "gateway.decoding.pdf_documents:decode_pdf",
    "roster": "gateway.decoding.tables:decode_roster",
    "rulebook": "gateway.decoding.tables:decode_rulebook",
    "reconciliation": "gateway.decoding.tables:decode_reconciliation",
}
"""Task → the function that returns facts and content of a file."""
_MEMORY_EXIT = 3
_MAX_ANSWER_BYTES = MAX_CONTENT_BYTES + 1024 * 1024
_BREACHES = {signal.SIGXCPU: "cpu", signal.SIGALRM: "time", signal.SIGKILL: "memory"}
"""Signal that ended a child → the limit it breached. SIGKILL is sent by a host that runs out of memory."""


def main(limits: dict[str, int]) -> None:
    """Decode files until standard input ends."""
    requests, answers = os.fdopen(0, "rb", closefd=False), os.fdopen(1, "wb", closefd=False)
    from gateway.decoding import pictures

    pictures.warm_up()
    gc.collect()
    gc.freeze()
    while True:
        try:
            head, content = read_frame(requests)
        except FrameError:
            return
        _decoder(head["task"])
        answers.write(_decode_in_child(head["task"], content, limits))
        answers.flush()


def _decode_in_child(task: str, content: bytes, limits: dict[str, int]) -> bytes:
    """Return the child's answer, or `breach` with `memory`, `cpu`, `time` or `crash` if it has none."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        _answer_and_exit(task, content, limits, sending)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        answer = pipe.read(_MAX_ANSWER_BYTES + 1)
        if len(answer) > _MAX_ANSWER_BYTES:
            os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    spent = {"cpu_seconds": round(usage.ru_utime + usage.ru_stime, 3), "peak_kb": usage.ru_maxrss}
    if status == 0:
        try:
            head, decoded = read_frame(io.BytesIO(answer))
            return frame(head | spent, decoded)
        except FrameError:
            pass
    return frame({"breach": _breach(status)} | spent)


def _breach(status: int) -> str:
    if os.WIFSIGNALED(status):
        return _BREACHES.get(signal.Signals(os.WTERMSIG(status)), "crash")
    return "memory" if os.WEXITSTATUS(status) == _MEMORY_EXIT else "crash"


def _answer_and_exit(task: str, content: bytes, limits: dict[str, int], sending: int) -> NoReturn:
    """Decode in this process and exit: 0 with an answer in the pipe, another code without."""
    code = 1
    try:
        _restrict(limits, sending)
        answer = _decode(task, content)
        with os.fdopen(sending, "wb") as pipe:
            pipe.write(answer)
        code = 0
    except MemoryError:
        code = _MEMORY_EXIT
    finally:
        os._exit(code)


def _decode(task: str, content: bytes) -> bytes:
    try:
        facts, decoded = _decoder(task)(content)
        return frame({"facts": facts}, decoded)
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
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits["seconds"])


@functools.cache
def _decoder(task: str) -> Callable[[bytes], tuple[dict[str, Any], bytes]]:
    module, function = _DECODERS[task].split(":")
    decoder: Callable[[bytes], tuple[dict[str, Any], bytes]] = getattr(importlib.import_module(module), function)
    return decoder


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
