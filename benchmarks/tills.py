"""Payments at tills over HTTP: one alone, as many as there can be, and what the signature of a request costs.

A payment is two signed requests: an authorization, answered once the bank has held the points, and its capture. All
through one exchange and one bank; then through two of each.
"""

import itertools
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from shanzhi_merchant import Signature

from benchmarks import rush, small_community
from benchmarks.figure import Figure
from contracts import calendar
from deploy.demo.api_client import Api, retry_until_known
from deploy.local.stack import Stack
from messaging import engine
from messaging.store import StoreAccess
from services.exchange.domain.payments import Paycode
from services.exchange.domain.purchases import Payer
from services.exchange.store import ExchangeTransaction

_HOUSEHOLDS, _TILLS, _SECONDS = 20, 16, 8.0
_ALONE, _MAX_MS = 30, 150.0
_SIGNED = 300


@dataclass(frozen=True)
class Payments:
    """What came of it: payments a second, and how long the calls of one took together, in milliseconds."""

    per_second: float
    taken: list[float]

    def wait(self, part: float) -> float:
        """What `part` of all payments did not exceed."""
        return sorted(self.taken)[int(len(self.taken) * part)]


def measure(stack: Stack) -> Iterator[Figure]:
    """Milliseconds for one alone, payments a second, and CPU milliseconds of a request with and without signature."""
    stack.start()
    today = calendar.day_of(datetime.now(UTC))
    community = small_community.create(stack, 22, _HOUSEHOLDS, today)
    households = rush.credit_points(stack, community)
    committee = community.committee
    merchant = retry_until_known(lambda: committee.post("/v1/merchants", {"name": "善治超市"}))["id"]
    keys = {mode: committee.post(f"/v1/merchants/{merchant}/keys", {"mode": mode}) for mode in ("live", "test")}
    api = Api(stack.gateway_url)

    rice = rush.create_reward(community, _ALONE)
    resident = api.with_token(community.tokens[0])
    ordered = [_milliseconds(lambda: resident.post("/v1/orders", {"reward_id": rice})) for _ in range(_ALONE)]
    yield Figure("order_alone", "ms", sorted(ordered)[_ALONE // 2], _MAX_MS)

    codes = _codes(stack, community.community_id, households, _ALONE)
    till = Signature(keys["live"]["key"], keys["live"]["id"], keys["live"]["signing_secret"])
    with httpx.Client(base_url=stack.gateway_url, auth=till) as line:
        held = [_milliseconds(lambda: _authorize(line, next(codes))) for _ in range(_ALONE)]
    yield Figure("authorization_alone", "ms", sorted(held)[_ALONE // 2], _MAX_MS)

    one = _pay(stack, till, _codes(stack, community.community_id, households, 2_000))
    yield Figure("till_payments_p50", "ms", one.wait_seconds(0.5), 2 * _MAX_MS)
    yield Figure("till_payments_p99", "ms", one.wait_seconds(0.99), 2 * _MAX_MS)
    stack.start("exchange.2", "aggregation.2")
    two = _pay(stack, till, _codes(stack, community.community_id, households, 2_000))
    stack.stop("exchange.2", "aggregation.2")
    yield Figure("till_payments_two_of_each", "payments/s", two.per_second, one.per_second)

    trying = Signature(keys["test"]["key"], keys["test"]["id"], keys["test"]["signing_secret"])
    bare = Signature(keys["test"]["key"])
    yield Figure("signed_request", "CPU ms", _cost(stack, trying), _cost(stack, bare))


def _codes(stack: Stack, community: str, households: list[str], number: int) -> Iterator[str]:
    """So many pay codes of all households in turn, good for a minute."""
    now = datetime.now(UTC)
    store = engine.connect_to(stack.database_uris["exchange"])
    digits: list[str] = []
    with StoreAccess(store, ExchangeTransaction).transaction() as tx:
        for household in itertools.islice(itertools.cycle(households), number):
            payer = Payer(account=household, household=household, person="per_1", acting="per_1")
            code, shown = Paycode.issue(payer, community=community, at=now)
            tx.paycodes.add(code)
            digits.append(shown)
    return iter(digits)


def _pay(stack: Stack, till: Signature, codes: Iterator[str]) -> Payments:
    """Tills that sell without a pause, each on a line of its own."""
    taken: list[float] = []
    lock, until = threading.Lock(), time.perf_counter() + _SECONDS

    def sell(_till: int) -> None:
        with httpx.Client(base_url=stack.gateway_url, auth=till, timeout=30) as line:
            while time.perf_counter() < until:
                with lock:
                    code = next(codes)
                taken.append(_milliseconds(lambda code=code: _authorize_and_capture(line, code)))

    started = time.perf_counter()
    with ThreadPoolExecutor(_TILLS) as shop:
        list(shop.map(sell, range(_TILLS)))
    return Payments(len(taken) / (time.perf_counter() - started), taken)


def _authorize_and_capture(line: httpx.Client, code: str) -> None:
    held = _authorize(line, code)
    _post(line, f"/v1/merchant/authorizations/{held['id']}/capture", {})


def _authorize(line: httpx.Client, code: str) -> dict[str, Any]:
    form = {"paycode": code, "points": 1, "merchant_reference": uuid.uuid4().hex}
    held = _post(line, "/v1/merchant/authorizations", form)
    assert held["status"] == "authorized", held
    return held


def _post(line: httpx.Client, path: str, form: dict[str, Any]) -> dict[str, Any]:
    answer = line.post(path, json=form, headers={"Idempotency-Key": uuid.uuid4().hex})
    assert answer.is_success, answer.text
    made: dict[str, Any] = json.loads(answer.content)
    return made


def _cost(stack: Stack, key: Signature) -> float:
    """CPU milliseconds of the whole platform for one request of a test key."""
    with httpx.Client(base_url=stack.gateway_url, auth=key) as line:
        _post(line, "/v1/merchant/test-paycodes", {})
        before = sum(stack.cpu_seconds().values())
        for _ in range(_SIGNED):
            _post(line, "/v1/merchant/test-paycodes", {})
        return (sum(stack.cpu_seconds().values()) - before) / _SIGNED * 1000


def _milliseconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
