"""A public board of a hundred places over HTTP, against a minimal Flask app that returns the same JSON.

Both run on gunicorn with the gateway's settings, one after the other.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.figure import Figure
from benchmarks.ledger import decisions, post
from benchmarks.load import drive, request
from benchmarks.subprocesses import server
from contracts.registry import CommunityFounded
from deploy.local.stack import Stack

_COMMUNITY = "com_board"
_PLACES = 100
_READERS, _SECONDS = 16, 6.0


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield responses per second."""
    stack.start()
    post(stack, "keep_directory", [CommunityFounded(community=_COMMUNITY)])
    post(stack, "post", list(decisions(_COMMUNITY, books=_PLACES, number=_PLACES * 5)))
    board = f"/v1/boards/residents?community_id={_COMMUNITY}&period=2026-11&limit={_PLACES}"
    answer = httpx.get(stack.gateway_url + board).raise_for_status()
    with TemporaryDirectory() as folder:
        document = Path(folder) / "board.json"
        document.write_text(answer.text)
        with server(stack, "benchmarks.minimal_flask:app", DOCUMENT=str(document)) as reference_url:
            other = _read(reference_url, "/")
            ours = _read(stack.gateway_url, board)
    yield Figure("public_board", "answers/s", ours, other)


def _read(url: str, path: str) -> float:
    return drive(url, [partial(request, "GET", path)] * _READERS, _SECONDS).per_second
