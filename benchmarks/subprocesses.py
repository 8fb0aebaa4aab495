"""Processes that run beside the stack as references."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from deploy.local import ports
from deploy.local.stack import PROJECT, Stack


@contextmanager
def process(stack: Stack, *command: str, ready: Callable[[], bool], **environment: str) -> Iterator[None]:
    """Run `command` in the stack's environment while the block runs; enter the block once `ready()` is true."""
    running = subprocess.Popen(command, cwd=PROJECT, env=stack.environment | environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not ready():
            if running.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} did not start")
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait()


@contextmanager
def server(stack: Stack, app: str, **environment: str) -> Iterator[str]:
    """Serve a WSGI app with the gateway's gunicorn settings while the block runs; yield its URL."""
    port, metrics_port = ports.free(), ports.free()
    command = ("gunicorn", "--config", "gateway/gunicorn.conf.py", app)
    url = f"http://127.0.0.1:{port}"
    listening = {"PORT": str(port), "METRICS_PORT": str(metrics_port)}
    with process(stack, *command, ready=lambda: _responds(url), **listening, **environment):
        yield url


def _responds(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.HTTPError:
        return False
    return True
