"""Concurrent orders for one reward over HTTP: 2,000 orders for 500 items, against the same items in twenty rewards.

The ratio shows the cost of contention: one row that all orders lock.
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
from functools import partial
from urllib.parse import urlsplit

from benchmarks import ledger, small_community
from benchmarks.figure import Figure
from benchmarks.small_community import SmallCommunity
from contracts import calendar, ids
from contracts.review import EntryFinalized
from deploy.demo.api_client import Api, ApiClient, retry_until_known, wait_for
from deploy.local.stack import Stack

_BUYERS, _ITEMS = 2_000, 500
_HOUSEHOLDS, _CONCURRENT, _REWARDS = 20, 50, 20


@dataclass(frozen=True)
class Rush:
    """The outcomes of all orders, the duration, and how long each buyer waited."""

    answers: Counter[str]
    seconds: float
    waits: list[float]

    @property
    def orders_per_second(self) -> float:
        return self.answers["confirmed"] / self.seconds

    def wait_seconds(self, part: float) -> float:
        """Return the seconds that `part` of all buyers did not wait longer than."""
        return sorted(self.waits)[int(len(self.waits) * part)]


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield orders per second, and the median and 99th percentile of the wait as rates."""
    stack.start()
    today = calendar.day_of(datetime.now(UTC))
    community = small_community.create(stack, 21, _HOUSEHOLDS, today)
    credit_points(stack, community)
    apart = _rush(stack, community, [create_reward(community, _ITEMS // _REWARDS) for _ in range(_REWARDS)])
    one = create_reward(community, _ITEMS)
    rush = _rush(stack, community, [one])
    expected = {"confirmed": _ITEMS, "out_of_stock": _BUYERS - _ITEMS}
    assert rush.answers == apart.answers == expected, (rush.answers, apart.answers)
    left = community.chair.get(f"/v1/rewards/{one}")
    assert (left["left"], left["reserved"]) == (0, _ITEMS), left
    yield Figure("rush_orders", "orders/s", rush.orders_per_second, apart.orders_per_second)
    yield Figure("rush_p50", "1/s", 1 / rush.wait_seconds(0.5), 1 / apart.wait_seconds(0.5))
    yield Figure("rush_p99", "1/s", 1 / rush.wait_seconds(0.99), 1 / apart.wait_seconds(0.99))


def credit_points(stack: Stack, community: SmallCommunity) -> list[str]:
    """Credit points to every resident's household without claims; return the household ids."""
    api = Api(stack.gateway_url)
    households = [api.with_token(token).get("/v1/me")["household"]["id"] for token in community.tokens]
    earned = [
        EntryFinalized(
            community=community.community_id,
            entry=ids.new("ent"),
            origin="claim",
            source=ids.new("clm"),
            book="household",
            person="per_1",
            household=household,
            courtyard=community.courtyard_id,
            day=calendar.day_of(datetime.now(UTC)),
            item=small_community.ITEM,
            category="public_order",
            period="2026-11",
            points=1_000_000,
            at=datetime.now(UTC),
        )
        for household in households
    ]
    ledger.post(stack, "post", earned)
    for token, household in zip(community.tokens, households, strict=True):
        book = f"/v1/passbooks/{household}"
        wait_for("the points", partial(_available, api.with_token(token), book))
    api.close()
    return households


def _available(resident: ApiClient, passbook: str) -> int:
    return int(resident.get(passbook)["available"])


def create_reward(community: SmallCommunity, stock: int) -> str:
    """Create a reward that costs one point, which the committee approves, and return its id."""
    terms = {"kind": "goods", "name": "大米", "points": 1, "stock": stock}
    offered = retry_until_known(lambda: community.chair.post("/v1/rewards", terms))
    community.committee.post(f"/v1/reward-proposals/{offered['proposal_id']}/approval")
    return str(offered["id"])


def _rush(stack: Stack, community: SmallCommunity, rewards: Sequence[str]) -> Rush:
    """Let all buyers, fifty at a time, place one order each for one of `rewards`."""
    at, mine = urlsplit(stack.gateway_url), threading.local()
    answers, waits = Counter[str](), []

    def buy(buyer: tuple[str, str]) -> tuple[str, float]:
        token, reward = buyer
        if not hasattr(mine, "line"):
            mine.line = http.client.HTTPConnection(str(at.hostname), at.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        started = time.perf_counter()
        body = json.dumps({"reward_id": reward})
        mine.line.request("POST", "/v1/orders", body, headers | {"Idempotency-Key": uuid.uuid4().hex})
        answer = json.loads(mine.line.getresponse().read())
        return answer.get("code") or answer["status"], time.perf_counter() - started

    buyers = zip(itertools.cycle(community.tokens), itertools.cycle(rewards), strict=False)
    started = time.perf_counter()
    with ThreadPoolExecutor(_CONCURRENT) as crowd:
        for outcome, waited in crowd.map(buy, itertools.islice(buyers, _BUYERS)):
            answers[outcome] += 1
            waits.append(waited)
    return Rush(answers, time.perf_counter() - started, waits)
