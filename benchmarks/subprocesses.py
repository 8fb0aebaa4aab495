"""Processes that run beside the stack, to be measured against."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from deploy.local import ports
from deploy.local.stack import PROJECT, Stack


@contextmanager
def process(stack: Stack, *command: str, ready: Callable[[], bool], **environment: str) -> Iterator[None]:
    """Run `command` in the stack's environment until the block ends; begin when it is `ready`."""
    running = subprocess.Popen(command, cwd=PROJECT, env=stack.environment | environment, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not ready():
            if running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{' '.join(command)} did not come up")
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        running.wait()


@contextmanager
def server(stack: Stack, app: str, **environment: str) -> Iterator[str]:
    """Serve a WSGI `app` as the gateway is served; gives its URL."""
    port = ports.free()
    command = ("gunicorn", "--config", "gateway/gunicorn.conf.py", app)
    url = f"http://127.0.0.1:{port}"
    with process(stack, *command, ready=lambda: _answers(url), PORT=str(port), **environment):
        yield url


def _answers(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.HTTPError:
        return False
    return True
