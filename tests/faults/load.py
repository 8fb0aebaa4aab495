"""A steady load of people at the gateway's door, who note down what they were promised.

Each asks until he is answered, with the same key as before: what was answered 2xx is in the journal, and the journal
is what the stores are held against afterwards (invariant 4).
"""

import itertools
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

import httpx

from deploy.demo.visitors import Visitor
from tests.flows.village import Village

_PATIENCE = 90.0
_TURN = 0.1
_BUSY = {("temporarily_unavailable", 503), ("request_in_progress", 409)}
_LATE = {"paycode_invalid", "hold_already_resolved"}
"""What somebody is told whose minute, or ten, went by while the platform was away."""


class _Over(Exception):
    """The day is over for somebody who waits for an answer to a question without effect."""


class Load:
    """Somebody declares, judges, orders and fetches, pays at the till, inspects, registers people; until it ends."""

    def __init__(self, village: Village, till: Visitor, reward: str, inspection: str) -> None:
        self._village, self._reward = village, reward
        self._score = f"/v1/inspections/{inspection}/courtyards/{village.courtyards[1]}"
        self._people = {name: village[name] for name in ("张三", "王院长", "组长", "孙八", "周九")}
        self._people |= {"社区党委": village.committee, "": till}
        self.journal: dict[str, list[str]] = defaultdict(list)
        """By kind of promise the ids of what was promised."""
        self.wrong: list[str] = []
        """Answers nobody should get."""
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(act,), daemon=True)
            for act in (
                self._declare,
                self._endorse,
                self._approve,
                self._shop,
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
        self.end()

    def end(self) -> None:
        """Let everybody finish what he began."""
        self._over.set()
        for thread in self._threads:
            thread.join(_PATIENCE)
            assert not thread.is_alive(), "somebody still waits for an answer"

    def goes_on(self) -> None:
        """Wait until every kind of thing has been promised again, several times."""
        before = {kind: len(promised) for kind, promised in self.journal.items()}
        deadline = time.monotonic() + _PATIENCE
        while behind := [kind for kind in KINDS if len(self.journal[kind]) < before.get(kind, 0) + 2]:
            assert not self.wrong, self.wrong
            assert time.monotonic() < deadline, f"not within {_PATIENCE:.0f} s: {behind}"
            time.sleep(_TURN)

    def _keep(self, act: Callable[[], None]) -> None:
        with suppress(_Over):
            while not self._over.wait(_TURN):
                act()

    def _declare(self) -> None:
        self._promised("claims", self._ask("张三", "/v1/claims", self._village.deed("council")))

    def _endorse(self) -> None:
        self._decide("王院长", "first", "endorse")

    def _approve(self) -> None:
        self._decide("组长", "final", "approve")

    def _decide(self, judge: str, stage: str, decision: str) -> None:
        waiting = self._look(self._people[judge], f"/v1/reviews?stage={stage}")["data"]
        words = [{"review_id": review["id"], "decision": decision} for review in waiting]
        if words and (answers := self._ask(judge, "/v1/reviews/decisions", {"decisions": words})):
            self.journal[decision] += [answer["review_id"] for answer in answers["data"] if answer["ok"]]

    def _shop(self) -> None:
        order = self._promised("orders", self._ask("孙八", "/v1/orders", {"reward_id": self._reward}))
        if order and order["status"] == "confirmed":
            form = {"code": order["voucher"]["code"], "merchant_reference": order["id"]}
            if self._ask("", "/v1/merchant/voucher-redemptions", form):
                self.journal["redemptions"].append(order["id"])

    def _pay(self) -> None:
        paycode = self._ask("周九", "/v1/me/paycode", {})
        if not paycode:
            return
        form = {"paycode": paycode["paycode"], "points": 3, "merchant_reference": uuid.uuid4().hex}
        payment = self._promised("payments", self._ask("", "/v1/merchant/authorizations", form))
        if not payment or payment["status"] != "authorized":
            return
        path = f"/v1/merchant/authorizations/{payment['id']}"
        if self._promised("captures", self._ask("", f"{path}/capture", {"points": 2})):
            form = {"authorization_id": payment["id"], "points": 1, "merchant_reference": uuid.uuid4().hex}
            self._promised("refunds", self._ask("", "/v1/merchant/refunds", form))

    def _inspect(self) -> None:
        version = len(self.journal["scores"]) + 1
        if self._ask("组长", self._score, {"version": version, "marks": {"yard": version % 10}}, method="PUT"):
            self.journal["scores"].append(str(version))

    def _register(self) -> None:
        self._promised("people", self._ask("社区党委", "/v1/residents", {"name": "新来的"}))

    def _promised(self, kind: str, answer: Any) -> Any:
        if answer:
            self.journal[kind].append(answer["id"])
        return answer

    def _ask(self, name: str, path: str, form: dict[str, Any], method: str = "POST") -> Any:
        """Ask until it is done, always with the same key; nothing when it came too late."""
        visitor = self._people[name]
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        for answer in self._answers(lambda: visitor.send(method, path, json=form, headers=headers)):
            if answer.is_success:
                return answer.json()
            code = answer.json()["code"]
            if code in _LATE:
                return None
            if (code, answer.status_code) not in _BUSY:
                self.wrong.append(f"{method} {path}: {answer.status_code} {answer.text}")
                return None
        return None

    def _look(self, visitor: Visitor, path: str) -> Any:
        for answer in self._answers(lambda: visitor.send("GET", path)):
            if answer.is_success:
                return answer.json()
            if answer.status_code != 503:
                self.wrong.append(f"GET {path}: {answer.status_code} {answer.text}")
            if self._over.is_set():
                raise _Over
        return None

    @staticmethod
    def _answers(send: Callable[[], httpx.Response]) -> Any:
        """Answers, one after the other, without those that never came."""
        for turn in itertools.count():
            if turn:
                time.sleep(_TURN)
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
