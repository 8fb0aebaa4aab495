"""Payments of merchants' tills over HTTP: latency, throughput, and the cost of a request's signature.

A payment is two signed requests: an authorization, answered once the points are held, and its capture. Measured with
one instance of exchange and aggregation, then with two of each.
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
from functools import partial
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
_REQUESTS = 300


@dataclass(frozen=True)
class Payments:
    """Payments per second, and the milliseconds that both requests of each payment took."""

    per_second: float
    taken: list[float]

    def wait_ms(self, part: float) -> float:
        """Return the milliseconds that `part` of all payments did not exceed."""
        return sorted(self.taken)[int(len(self.taken) * part)]


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield latencies in milliseconds, payments per second, and CPU of a request with and without signature."""
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
    with httpx.Client(base_url=stack.gateway_url, auth=till) as client:
        held = [_milliseconds(lambda: _authorize(client, next(codes))) for _ in range(_ALONE)]
    yield Figure("authorization_alone", "ms", sorted(held)[_ALONE // 2], _MAX_MS)

    one = _pay(stack, till, _codes(stack, community.community_id, households, 2_000))
    yield Figure("till_payments_p50", "ms", one.wait_ms(0.5), 2 * _MAX_MS)
    yield Figure("till_payments_p99", "ms", one.wait_ms(0.99), 2 * _MAX_MS)
    stack.start("exchange.2", "aggregation.2")
    two = _pay(stack, till, _codes(stack, community.community_id, households, 2_000))
    stack.stop("exchange.2", "aggregation.2")
    yield Figure("till_payments_two_of_each", "payments/s", two.per_second, one.per_second)

    signed = Signature(keys["test"]["key"], keys["test"]["id"], keys["test"]["signing_secret"])
    unsigned = Signature(keys["test"]["key"])
    yield Figure("signed_request", "CPU ms", _cost(stack, signed), _cost(stack, unsigned))


def _codes(stack: Stack, community: str, households: list[str], number: int) -> Iterator[str]:
    """Issue pay codes of all households, alternating, valid for a minute."""
    now = datetime.now(UTC)
    store = engine.connect_to(stack.database_uris["exchange"])
    digits: list[str] = []
    with StoreAccess(store, ExchangeTransaction).transaction() as tx:
        for household in itertools.islice(itertools.cycle(households), number):
            payer = Payer(account=household, household=household, person="per_1", acting="per_1")
            code, shown = Paycode.issue(payer, community=community, at=now)
            tx.scope_of(community).paycodes.add(code)
            digits.append(shown)
    return iter(digits)


def _pay(stack: Stack, till: Signature, codes: Iterator[str]) -> Payments:
    """Let tills make payments without pause, each on its own connection."""
    taken: list[float] = []
    lock, deadline = threading.Lock(), time.perf_counter() + _SECONDS

    def sell(_till: int) -> None:
        with httpx.Client(base_url=stack.gateway_url, auth=till, timeout=30) as client:
            while time.perf_counter() < deadline:
                with lock:
                    code = next(codes)
                taken.append(_milliseconds(partial(_authorize_and_capture, client, code)))

    started = time.perf_counter()
    with ThreadPoolExecutor(_TILLS) as shop:
        list(shop.map(sell, range(_TILLS)))
    return Payments(len(taken) / (time.perf_counter() - started), taken)


def _authorize_and_capture(client: httpx.Client, code: str) -> None:
    held = _authorize(client, code)
    _post(client, f"/v1/merchant/authorizations/{held['id']}/capture", {})


def _authorize(client: httpx.Client, code: str) -> dict[str, Any]:
    form = {"paycode": code, "points": 1, "merchant_reference": uuid.uuid4().hex}
    held = _post(client, "/v1/merchant/authorizations", form)
    assert held["status"] == "authorized", held
    return held


def _post(client: httpx.Client, path: str, form: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(path, json=form, headers={"Idempotency-Key": uuid.uuid4().hex})
    assert answer.is_success, answer.text
    made: dict[str, Any] = json.loads(answer.content)
    return made


def _cost(stack: Stack, key: Signature) -> float:
    """Return CPU milliseconds of the whole platform per request of a test key."""
    with httpx.Client(base_url=stack.gateway_url, auth=key) as client:
        _post(client, "/v1/merchant/test-paycodes", {})
        before = sum(stack.cpu_seconds().values())
        for _ in range(_REQUESTS):
            _post(client, "/v1/merchant/test-paycodes", {})
        return (sum(stack.cpu_seconds().values()) - before) / _REQUESTS * 1000


def _milliseconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
