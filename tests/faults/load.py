"""Continuous load on the gateway that remembers every acknowledged effect.

Requests are repeated with the same idempotency key until they are answered. The ids of all answers with 2xx are
compared with the stores afterwards (invariant 4).
"""

import itertools
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Self

import httpx

from deploy.demo.api_client import ApiClient
from tests.flows.community import Community

_TIMEOUT_SECONDS = 90.0
_PAUSE_SECONDS = 0.1
_BUSY = {("temporarily_unavailable", 503), ("request_in_progress", 409)}
_EXPIRED = {"paycode_invalid", "hold_already_resolved"}
"""Codes of pay codes and holds that expired while the platform was unavailable."""


class _Stopped(Exception):
    """The load was stopped while a query waited for an answer."""


class Load:
    """Threads that submit and review claims, order, pay, inspect and register people until they are stopped."""

    def __init__(self, community: Community, till: ApiClient, reward: str, inspection: str) -> None:
        self._community, self._reward = community, reward
        self._score_path = f"/v1/inspections/{inspection}/courtyards/{community.courtyard_ids[1]}"
        self._clients = {name: community[name] for name in ("张三", "王院长", "组长", "孙八", "周九")}
        self._clients |= {"社区党委": community.committee, "till": till}
        self.acknowledged: dict[str, list[str]] = defaultdict(list)
        """Ids from answers with 2xx, by kind of effect."""
        self.unexpected: list[str] = []
        """Answers that no client should get."""
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(action,), daemon=True)
            for action in (
                self._submit_claim,
                self._endorse,
                self._approve,
                self._order,
                self._pay,
                self._inspect,
                self._register,
            )
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let every thread finish its action."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_TIMEOUT_SECONDS)
            assert not thread.is_alive(), "a thread still waits for an answer"

    def wait_for_progress(self) -> None:
        """Wait until every kind of effect was acknowledged two more times."""
        before = {kind: len(ids) for kind, ids in self.acknowledged.items()}
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while behind := [kind for kind in KINDS if len(self.acknowledged[kind]) < before.get(kind, 0) + 2]:
            assert not self.unexpected, self.unexpected
            assert time.monotonic() < deadline, f"not within {_TIMEOUT_SECONDS:.0f} s: {behind}"
            time.sleep(_PAUSE_SECONDS)

    def _repeat(self, action: Callable[[], None]) -> None:
        with suppress(_Stopped):
            while not self._stopping.wait(_PAUSE_SECONDS):
                action()

    def _submit_claim(self) -> None:
        self._acknowledge("claims", self._request("张三", "/v1/claims", self._community.claim_form("council")))

    def _endorse(self) -> None:
        self._decide("王院长", "first", "endorse")

    def _approve(self) -> None:
        self._decide("组长", "final", "approve")

    def _decide(self, reviewer: str, stage: str, decision: str) -> None:
        waiting = self._read(self._clients[reviewer], f"/v1/reviews?stage={stage}")["data"]
        decisions = [{"review_id": review["id"], "decision": decision} for review in waiting]
        if decisions and (answers := self._request(reviewer, "/v1/reviews/decisions", {"decisions": decisions})):
            self.acknowledged[decision] += [answer["review_id"] for answer in answers["data"] if answer["ok"]]

    def _order(self) -> None:
        order = self._acknowledge("orders", self._request("孙八", "/v1/orders", {"reward_id": self._reward}))
        if order and order["status"] == "confirmed":
            form = {"code": order["voucher"]["code"], "merchant_reference": order["id"]}
            if self._request("till", "/v1/merchant/voucher-redemptions", form):
                self.acknowledged["redemptions"].append(order["id"])

    def _pay(self) -> None:
        paycode = self._request("周九", "/v1/me/paycode", {})
        if not paycode:
            return
        form = {"paycode": paycode["paycode"], "points": 3, "merchant_reference": uuid.uuid4().hex}
        payment = self._acknowledge("payments", self._request("till", "/v1/merchant/authorizations", form))
        if not payment or payment["status"] != "authorized":
            return
        path = f"/v1/merchant/authorizations/{payment['id']}"
        if self._acknowledge("captures", self._request("till", f"{path}/capture", {"points": 2})):
            form = {"authorization_id": payment["id"], "points": 1, "merchant_reference": uuid.uuid4().hex}
            self._acknowledge("refunds", self._request("till", "/v1/merchant/refunds", form))

    def _inspect(self) -> None:
        version = len(self.acknowledged["scores"]) + 1
        if self._request("组长", self._score_path, {"version": version, "marks": {"yard": version % 10}}, method="PUT"):
            self.acknowledged["scores"].append(str(version))

    def _register(self) -> None:
        self._acknowledge("people", self._request("社区党委", "/v1/residents", {"name": "新居民"}))

    def _acknowledge(self, kind: str, answer: Any) -> Any:
        if answer:
            self.acknowledged[kind].append(answer["id"])
        return answer

    def _request(self, name: str, path: str, form: dict[str, Any], method: str = "POST") -> Any:
        """Repeat a command with the same key until it is answered; return None if a pay code or hold expired."""
        client = self._clients[name]
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        for answer in self._answers(lambda: client.send(method, path, json=form, headers=headers)):
            if answer.is_success:
                return answer.json()
            code = answer.json()["code"]
            if code in _EXPIRED:
                return None
            if (code, answer.status_code) not in _BUSY:
                self.unexpected.append(f"{method} {path}: {answer.status_code} {answer.text}")
                return None
        return None

    def _read(self, client: ApiClient, path: str) -> Any:
        """Repeat a query until it is answered; raise `_Stopped` if the load is stopped first."""
        for answer in self._answers(lambda: client.send("GET", path)):
            if answer.is_success:
                return answer.json()
            if answer.status_code != 503:
                self.unexpected.append(f"GET {path}: {answer.status_code} {answer.text}")
            if self._stopping.is_set():
                raise _Stopped
        return None

    @staticmethod
    def _answers(send: Callable[[], httpx.Response]) -> Iterator[httpx.Response]:
        """Send again and again, and yield the answers; connection errors are skipped."""
        for attempt in itertools.count():
            if attempt:
                time.sleep(_PAUSE_SECONDS)
            with suppress(httpx.TransportError):
                yield send()


KINDS = (
    "claims",
    "endorse",
    "approve",
    "orders",
    "redemptions",
    "payments",
    "captures",
    "refunds",
    "scores",
    "people",
)
