"""A till in a terminal: `python -m shanzhi_merchant.till --help`.

Scan or type what the customer shows: a pay code (18 digits), a voucher (12 characters). With a test key, `t` makes a
pay code to try. Whatever it sends it writes down first; begun and not answered, it asks again when it starts.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from shanzhi_merchant.client import Merchant, NoAnswer, Refused
from shanzhi_merchant.journal import Journal, Request

_PAYCODE = 18
_PATIENCE, _PAUSE = 15.0, 0.5  # seconds for a bank that is slow, and between looks
_HELP = "付款码 pay code, 兑换券 voucher, r 退款 refund, t 试用付款码 test pay code, q 退出 quit"


class Till:
    """One till: what a cashier does, line by line."""

    def __init__(self, shop: Merchant, journal: Journal, name: str, say: Callable[[str], None] = print) -> None:
        self._shop, self._journal, self._name, self._say = shop, journal, name, say

    def run(self, lines: Iterable[str]) -> None:
        """Serve until the input ends or says `q`."""
        self._catch_up()
        self._say(f"{_HELP}\n> ")
        typed = iter(lines)
        for line in typed:
            words = line.split()
            if words == ["q"]:
                return
            try:
                self._serve(words, typed)
            except Refused as no:
                self._say(f"  拒绝 refused: {no.detail} ({no.code})")
            except NoAnswer:
                self._say("  没有答复，稍后自动重试 no answer; it is asked again when the till starts")
            self._say("> ")

    def _serve(self, words: list[str], typed: Iterable[str]) -> None:
        match words:
            case []:
                return
            case ["t"]:
                self._say(f"  {self._shop.ask('POST', '/test-paycodes', {})['paycode']}")
            case ["r"]:
                self._refund(self._read("退款单号 authorization", typed), self._points(typed))
            case [*parts] if "".join(parts).isdigit() and len("".join(parts)) == _PAYCODE:
                self._pay("".join(parts), self._points(typed))
            case _:
                self._honour("".join(words), typed)

    def _pay(self, paycode: str, points: int) -> None:
        form = {"paycode": paycode, "points": points, "merchant_reference": self._number(), "till": self._name}
        held = self._send("/authorizations", form)
        if not self._is_held(held):
            return
        paid = self._send(f"/authorizations/{held['id']}/capture", {"till": self._name})
        self._print("收款 payment", paid["captured"], paid["merchant_reference"], paid["id"])

    def _is_held(self, held: dict[str, Any]) -> bool:
        """Whether the points are set aside; a payment the bank takes too long over is given up."""
        deadline = time.monotonic() + _PATIENCE
        status = str(held["status"])
        while status == "pending" and time.monotonic() < deadline:
            time.sleep(_PAUSE)
            status = self._shop.authorization(held["id"]).status
        if status == "pending":
            status = str(self._send(f"/authorizations/{held['id']}/void", {})["status"])
        if status != "authorized":
            self._say(f"  未收款，请重新出示付款码 nothing was taken: {status}")
        return status == "authorized"

    def _honour(self, code: str, typed: Iterable[str]) -> None:
        voucher = self._shop.verify(code)
        self._say(f"  {voucher.reward['name']} × {voucher.quantity}  {voucher.holder or ''}  {voucher.points} 分")
        if self._read("交货？ hand it over? y/n", typed) == "y":
            form = {"code": code, "merchant_reference": self._number(), "till": self._name}
            done = self._send("/voucher-redemptions", form)
            self._print(
                f"兑换 {done['reward']['name']} × {done['quantity']}", done["points"], done["merchant_reference"]
            )

    def _refund(self, authorization_id: str, points: int) -> None:
        form = {"authorization_id": authorization_id, "points": points, "merchant_reference": self._number()}
        given = self._send("/refunds", form)
        self._print(
            "退款 refund", -given["points"] if given["points"] > 0 else given["points"], given["merchant_reference"]
        )

    def _send(self, path: str, form: dict[str, Any]) -> dict[str, Any]:
        return self._settle(self._journal.begin(path, form))

    def _settle(self, request: Request) -> dict[str, Any]:
        """Ask until it is known what came of it; only then is it struck out."""
        try:
            answer = self._shop.ask("POST", request.path, request.form, request.idempotency_key)
        except Refused:
            self._journal.end(request)
            raise
        self._journal.end(request)
        return answer

    def _catch_up(self) -> None:
        for request in self._journal.unanswered:
            self._say(f"  上次未完成，重新查询 asking again: {request.path}")
            try:
                answer = self._settle(request)
                if answer.get("status") in ("pending", "authorized"):  # nobody waits for that sale any more
                    answer = self._send(f"/authorizations/{answer['id']}/void", {})
                self._say(f"  已完成 done: {answer.get('id')} {answer.get('status', '')}")
            except (Refused, NoAnswer) as error:
                self._say(f"  {error}")

    def _print(self, what: str, points: int, reference: str | None, number: str = "") -> None:
        now = datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        rows = (
            "┄" * 32,
            f"{what}",
            f"{points} 分",
            f"{reference or ''} {number}".strip(),
            f"{self._name}  {now}",
            "┄" * 32,
        )
        self._say("\n".join(f"  {row}" for row in rows))

    def _points(self, typed: Iterable[str]) -> int:
        text = self._read("积分 points", typed)
        if not text.isdigit():
            raise Refused(422, {"code": "invalid_request", "detail": "请输入整数积分"})
        return int(text)

    def _read(self, what: str, typed: Iterable[str]) -> str:
        self._say(f"  {what}: ")
        return next(iter(typed), "").strip()

    def _number(self) -> str:
        return f"{self._name}-{datetime.now():%Y%m%d%H%M%S%f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shanzhi_merchant.till", description=__doc__)
    for name, default, what in (
        ("url", "http://127.0.0.1:8000", "the platform"),
        ("key", None, "sz_test_… or sz_live_…"),
        ("key-id", "", "key_…"),
        ("signing-secret", "", "szs_…, or the PEM of an Ed25519 private key"),
    ):
        variable = f"SHANZHI_{name.upper().replace('-', '_')}"
        value = os.environ.get(variable, default)
        parser.add_argument(f"--{name}", default=value, required=value is None, help=f"{what} (${variable})")
    parser.add_argument("--till", default="1", help="what the shop calls this till")
    parser.add_argument("--journal", type=Path, default=Path("till.jsonl"), help="where it writes down what it sends")
    return parser.parse_args()


def main() -> None:
    """Serve what is typed."""
    given = _arguments()
    with Merchant(given.url, key=given.key, key_id=given.key_id, signing_secret=given.signing_secret) as shop:
        Till(shop, Journal(given.journal), given.till).run(sys.stdin)


if __name__ == "__main__":
    main()
