"""A rush on one reward over HTTP: 2,000 ask for 500, against the same 500 lying in twenty rewards.

What the ratio tells is the price of everybody wanting the same: one row that all orders must lock.
"""

import http.client
import itertools
import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from benchmarks import ledger, village
from benchmarks.figure import Figure
from benchmarks.village import Village
from contracts import calendar, ids
from contracts.review import EntryFinalized
from deploy.demo.visitors import Door, once_told, until
from deploy.local.stack import Stack

_RACERS, _ITEMS = 2_000, 500
_HOUSEHOLDS, _AT_ONCE, _REWARDS = 20, 50, 20


@dataclass(frozen=True)
class Rush:
    """How each racer ended, and how long each waited."""

    answers: Counter[str]
    seconds: float
    waits: list[float]

    @property
    def orders_per_second(self) -> float:
        return self.answers["confirmed"] / self.seconds

    def wait(self, part: float) -> float:
        """The wait that `part` of all racers did not exceed, in seconds."""
        return sorted(self.waits)[int(len(self.waits) * part)]


def measure(stack: Stack) -> Iterator[Figure]:
    """Orders per second, and answers by how long the middle racer and the slowest hundredth waited."""
    stack.start()
    today = calendar.day_of(datetime.now(UTC))
    here = village.found(stack, 21, _HOUSEHOLDS, today)
    enrich(stack, here)
    apart = _rush(stack, here, [offer(here, _ITEMS // _REWARDS) for _ in range(_REWARDS)])
    one = offer(here, _ITEMS)
    rush = _rush(stack, here, [one])
    expected = {"confirmed": _ITEMS, "out_of_stock": _RACERS - _ITEMS}
    assert rush.answers == apart.answers == expected, (rush.answers, apart.answers)
    left = here.chair.get(f"/v1/rewards/{one}")
    assert (left["left"], left["reserved"]) == (0, _ITEMS), left
    yield Figure("rush_orders", "orders/s", rush.orders_per_second, apart.orders_per_second)
    yield Figure("rush_p50", "1/s", 1 / rush.wait(0.5), 1 / apart.wait(0.5))
    yield Figure("rush_p99", "1/s", 1 / rush.wait(0.99), 1 / apart.wait(0.99))


def enrich(stack: Stack, here: Village) -> list[str]:
    """Points for everybody, without a month of deeds; the households."""
    door = Door(stack.gateway_url)
    households = [door.with_token(token).get("/v1/me")["household"]["id"] for token in here.tokens]
    earned = [
        EntryFinalized(
            community=here.community_id,
            entry=ids.new("ent"),
            origin="claim",
            source=ids.new("clm"),
            book="household",
            person="per_1",
            household=household,
            courtyard=here.courtyard_id,
            day=calendar.day_of(datetime.now(UTC)),
            item=village.ITEM,
            category="public_order",
            period="2026-11",
            points=1_000_000,
            at=datetime.now(UTC),
        )
        for household in households
    ]
    ledger.post(stack, "post", earned)
    for token, household in zip(here.tokens, households, strict=True):
        book = f"/v1/passbooks/{household}"
        until("the points", lambda token=token, book=book: door.with_token(token).get(book)["available"])
    door.close()
    return households


def offer(here: Village, stock: int) -> str:
    """Something for a point; its id."""
    terms = {"kind": "goods", "name": "大米", "points": 1, "stock": stock}
    return str(once_told(lambda: here.chair.post("/v1/rewards", terms))["id"])


def _rush(stack: Stack, here: Village, rewards: Sequence[str]) -> Rush:
    """All racers, fifty at a time, each asking once for one of `rewards`."""
    at, mine = urlsplit(stack.gateway_url), threading.local()
    answers, waits = Counter[str](), []

    def race(racer: tuple[str, str]) -> tuple[str, float]:
        token, reward = racer
        if not hasattr(mine, "line"):
            mine.line = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        began = time.perf_counter()
        body = json.dumps({"reward_id": reward})
        mine.line.request("POST", "/v1/orders", body, headers | {"Idempotency-Key": uuid.uuid4().hex})
        answer = json.loads(mine.line.getresponse().read())
        return answer.get("code") or answer["status"], time.perf_counter() - began

    racers = zip(itertools.cycle(here.tokens), itertools.cycle(rewards), strict=False)
    began = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as crowd:
        for outcome, waited in crowd.map(race, itertools.islice(racers, _RACERS)):
            answers[outcome] += 1
            waits.append(waited)
    return Rush(answers, time.perf_counter() - began, waits)
