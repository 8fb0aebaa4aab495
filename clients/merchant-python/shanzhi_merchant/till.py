"""A till in a terminal: `python -m shanzhi_merchant.till --help`.

Scan or type the customer's pay code (18 digits) or voucher (12 characters). With a test key, `t` makes a pay code. Each
request is stored on disk before it is sent; requests without an answer are repeated at the next start.
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
_WAIT_SECONDS, _POLL_SECONDS = 15.0, 0.5  # for a slow ledger to answer, and between polls
_HELP = "付款码 pay code, 兑换券 voucher, r 退款 refund, t 试用付款码 test pay code, q 退出 quit"


class Till:
    """A till that handles the lines a cashier types."""

    def __init__(self, shop: Merchant, journal: Journal, name: str, output: Callable[[str], None] = print) -> None:
        self._shop, self._journal, self._name, self._output = shop, journal, name, output

    def run(self, lines: Iterable[str]) -> None:
        """Repeat unanswered requests, then handle lines until `q` or the end of input."""
        self._repeat_unanswered()
        self._output(f"{_HELP}\n> ")
        typed = iter(lines)
        for line in typed:
            words = line.split()
            if words == ["q"]:
                return
            try:
                self._handle(words, typed)
            except Refused as refusal:
                self._output(f"  拒绝 refused: {refusal.detail} ({refusal.code})")
            except NoAnswer:
                self._output("  没有答复，稍后自动重试 no answer; repeated when the till starts again")
            self._output("> ")

    def _handle(self, words: list[str], typed: Iterable[str]) -> None:
        match words:
            case []:
                return
            case ["t"]:
                self._output(f"  {self._shop.request('POST', '/test-paycodes', {})['paycode']}")
            case ["r"]:
                self._refund(self._read("退款单号 authorization", typed), self._points(typed))
            case [*parts] if "".join(parts).isdigit() and len("".join(parts)) == _PAYCODE:
                self._pay("".join(parts), self._points(typed))
            case _:
                self._redeem("".join(words), typed)

    def _pay(self, paycode: str, points: int) -> None:
        form = {"paycode": paycode, "points": points, "merchant_reference": self._reference(), "till": self._name}
        held = self._send("/authorizations", form)
        if not self._is_held(held):
            return
        paid = self._send(f"/authorizations/{held['id']}/capture", {"till": self._name})
        self._print_receipt("收款 payment", paid["captured"], paid["merchant_reference"], paid["id"])

    def _is_held(self, held: dict[str, Any]) -> bool:
        """Return whether the points are held. Void a payment that is still pending after `_WAIT_SECONDS`."""
        deadline = time.monotonic() + _WAIT_SECONDS
        status = str(held["status"])
        while status == "pending" and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            status = self._shop.authorization(held["id"]).status
        if status == "pending":
            status = str(self._send(f"/authorizations/{held['id']}/void", {})["status"])
        if status != "authorized":
            self._output(f"  未收款，请重新出示付款码 not paid: {status}")
        return status == "authorized"

    def _redeem(self, code: str, typed: Iterable[str]) -> None:
        voucher = self._shop.verify(code)
        self._output(f"  {voucher.reward['name']} × {voucher.quantity}  {voucher.holder or ''}  {voucher.points} 分")
        if self._read("交货？ hand over? y/n", typed) == "y":
            form = {"code": code, "merchant_reference": self._reference(), "till": self._name}
            done = self._send("/voucher-redemptions", form)
            self._print_receipt(
                f"兑换 {done['reward']['name']} × {done['quantity']}", done["points"], done["merchant_reference"]
            )

    def _refund(self, authorization_id: str, points: int) -> None:
        form = {"authorization_id": authorization_id, "points": points, "merchant_reference": self._reference()}
        refund = self._send("/refunds", form)
        self._print_receipt("退款 refund", -abs(refund["points"]), refund["merchant_reference"])

    def _send(self, path: str, form: dict[str, Any]) -> dict[str, Any]:
        return self._complete(self._journal.begin(path, form))

    def _complete(self, request: Request) -> dict[str, Any]:
        """Send a stored request and store that it was answered. Raise Refused or NoAnswer."""
        try:
            answer = self._shop.request("POST", request.path, request.form, request.idempotency_key)
        except Refused:
            self._journal.end(request)
            raise
        self._journal.end(request)
        return answer

    def _repeat_unanswered(self) -> None:
        for request in self._journal.unanswered:
            self._output(f"  上次未完成，重新查询 repeating: {request.path}")
            try:
                answer = self._complete(request)
                if answer.get("status") in ("pending", "authorized"):  # the customer has left
                    answer = self._send(f"/authorizations/{answer['id']}/void", {})
                self._output(f"  已完成 done: {answer.get('id')} {answer.get('status', '')}")
            except (Refused, NoAnswer) as error:
                self._output(f"  {error}")

    def _print_receipt(self, title: str, points: int, reference: str | None, number: str = "") -> None:
        now = datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        rows = (
            "┄" * 32,
            title,
            f"{points} 分",
            f"{reference or ''} {number}".strip(),
            f"{self._name}  {now}",
            "┄" * 32,
        )
        self._output("\n".join(f"  {row}" for row in rows))

    def _points(self, typed: Iterable[str]) -> int:
        text = self._read("积分 points", typed)
        if not text.isdigit():
            raise Refused(422, {"code": "invalid_request", "detail": "请输入整数积分"})
        return int(text)

    def _read(self, prompt: str, typed: Iterable[str]) -> str:
        self._output(f"  {prompt}: ")
        return next(iter(typed), "").strip()

    def _reference(self) -> str:
        return f"{self._name}-{datetime.now():%Y%m%d%H%M%S%f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shanzhi_merchant.till", description=__doc__)
    for name, default, meaning in (
        ("url", "http://127.0.0.1:8000", "the platform"),
        ("key", None, "sz_test_… or sz_live_…"),
        ("key-id", "", "key_…"),
        ("signing-secret", "", "szs_…, or the PEM of an Ed25519 private key"),
    ):
        variable = f"SHANZHI_{name.upper().replace('-', '_')}"
        value = os.environ.get(variable, default)
        parser.add_argument(f"--{name}", default=value, required=value is None, help=f"{meaning} (${variable})")
    parser.add_argument("--till", default="1", help="name of this till on statements")
    parser.add_argument("--journal", type=Path, default=Path("till.jsonl"), help="file of requests")
    return parser.parse_args()


def main() -> None:
    """Run a till on standard input."""
    arguments = _arguments()
    with Merchant(
        arguments.url, key=arguments.key, key_id=arguments.key_id, signing_secret=arguments.signing_secret
    ) as shop:
        Till(shop, Journal(arguments.journal), arguments.till).run(sys.stdin)


if __name__ == "__main__":
    main()
