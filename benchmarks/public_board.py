"""A public board of a hundred places over HTTP, against a bare Flask route that answers the same JSON.

Both on gunicorn with the gateway's own settings, one after the other.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.figure import Figure
from benchmarks.ledger import decisions, post
from benchmarks.load import answers_per_second
from contracts.registry import CommunityFounded
from deploy.local import ports
from deploy.local.stack import Stack

_COMMUNITY = "com_board"
_PLACES = 100


def measure(stack: Stack) -> Iterator[Figure]:
    """Answers per second."""
    stack.start()
    post(stack, "keep_directory", [CommunityFounded(community=_COMMUNITY)])
    post(stack, "post", list(decisions(_COMMUNITY, books=_PLACES, number=_PLACES * 5)))
    board = f"{stack.gateway_url}/v1/boards/residents?community_id={_COMMUNITY}&period=2026-11&limit={_PLACES}"
    answer = httpx.get(board).raise_for_status()
    with _bare(answer.text) as route:
        other = answers_per_second(route)
    yield Figure("public_board", "answers/s", answers_per_second(board), other)


@contextmanager
def _bare(answer: str) -> Iterator[str]:
    """The URL of the bare route, while it is served."""
    with TemporaryDirectory() as folder:
        kept = Path(folder) / "board.json"
        kept.write_text(answer)
        port = ports.free()
        command = [sys.executable, "-m", "gunicorn", "--config", "gateway/gunicorn.conf.py", "benchmarks.bare:app"]
        environment = {**os.environ, "BARE_ANSWER": str(kept), "PORT": str(port), "BIND": ports.LOOPBACK}
        server = subprocess.Popen(command, env=environment)
        try:
            route = f"http://{ports.LOOPBACK}:{port}/board"
            _until_served(route)
            yield route
        finally:
            server.terminate()
            server.wait()


def _until_served(route: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            httpx.get(route).raise_for_status()
            return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
