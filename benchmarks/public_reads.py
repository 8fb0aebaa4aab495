"""What everybody may read, from memory, against a minimal Flask route that returns the same bytes.

A public board of a hundred places as JSON, and a community's notice board as a page. Both sides run on gunicorn with
the gateway's settings and take turns of two seconds, so that other load on the machine affects both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import httpx

from benchmarks import cpu
from benchmarks.figure import Figure
from benchmarks.ledger import decisions, post
from benchmarks.load import Load, drive, request
from benchmarks.small_community import create
from benchmarks.subprocesses import server
from contracts import calendar
from contracts.registry import CommunityFounded
from deploy.local.stack import Stack

_COMMUNITY = "com_board"
_PLACES = 100
_READERS, _ROUNDS, _SECONDS = 16, 5, 2.0


@dataclass
class _Side:
    """One server and what it has answered so far."""

    url: str
    path: str
    load: Load
    cpu_seconds: float = 0.0

    def take_turn(self) -> None:
        seconds = cpu.of_server(urlsplit(self.url).port or 0)
        before = seconds()
        self.load += drive(self.url, [partial(request, "GET", self.path)] * _READERS, _SECONDS, warm_up=0)
        self.cpu_seconds += seconds() - before

    @property
    def answers_per_cpu_second(self) -> float:
        return len(self.load.taken) / self.cpu_seconds


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield answers per second, and per second of CPU of the servers' processes."""
    stack.start()
    post(stack, "keep_directory", [CommunityFounded(community=_COMMUNITY)])
    post(stack, "post", list(decisions(_COMMUNITY, books=_PLACES, number=_PLACES * 5)))
    yield from _compare(
        stack, "public_board", f"/v1/boards/residents?community_id={_COMMUNITY}&period=2026-11&limit={_PLACES}"
    )
    yield from _compare(
        stack, "notice_board", f"/c/{create(stack, 2, 2, calendar.day_of(datetime.now(UTC))).community_id}"
    )


def _compare(stack: Stack, name: str, path: str) -> Iterator[Figure]:
    answer = httpx.get(stack.gateway_url + path).raise_for_status()
    with TemporaryDirectory() as folder:
        document = Path(folder) / "document"
        document.write_bytes(answer.content)
        kind = answer.headers["Content-Type"]
        with server(stack, "benchmarks.minimal_flask:app", DOCUMENT=str(document), DOCUMENT_TYPE=kind) as reference:
            ours, other = _Side(stack.gateway_url, path, Load(0, [])), _Side(reference, "/", Load(0, []))
            for _ in range(_ROUNDS):
                other.take_turn()
                ours.take_turn()
    yield Figure(name, "answers/s", ours.load.per_second, other.load.per_second)
    yield Figure(f"{name}_cpu", "answers/s of CPU", ours.answers_per_cpu_second, other.answers_per_cpu_second)
