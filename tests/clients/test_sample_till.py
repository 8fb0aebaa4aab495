"""The sample till after a power failure during a write, and with a slow ledger (R28)."""

import json
from collections.abc import Callable

import httpx
import pytest
from shanzhi_merchant import Merchant, till
from shanzhi_merchant.journal import Journal
from shanzhi_merchant.till import Till

HELD = {"id": "pay_1", "points": 5, "captured": 0, "refunded": 0, "merchant_reference": "1"}


def test_an_incomplete_line_is_dropped_and_the_others_are_read(tmp_path):
    path = tmp_path / "till.jsonl"
    first = Journal(path).begin("/refunds", {"points": 5})
    with path.open("a") as file:
        file.write('{"begun": {"idempotency_key": "till-2", "pa')

    reopened = Journal(path)
    second = reopened.begin("/refunds", {"points": 6})

    assert Journal(path).unanswered == [first, second]


@pytest.fixture
def pay(tmp_path, monkeypatch) -> Callable[..., tuple[list[str], list[str]]]:
    """Return a function that pays at a platform which answers each poll with the next status."""
    monkeypatch.setattr(till, "_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(till, "_POLL_SECONDS", 0.01)

    def pay(*statuses: str) -> tuple[list[str], list[str]]:
        left, requests, output = list(statuses), [], []

        def platform(request: httpx.Request) -> httpx.Response:
            requests.append(f"{request.method} {request.url.path.removeprefix('/v1/merchant')}")
            ended = {"capture": "captured", "void": "voided"}.get(request.url.path.rpartition("/")[2])
            status = ended or (left.pop(0) if len(left) > 1 else left[0])
            return httpx.Response(200, json=HELD | {"status": status, "captured": 5 if status == "captured" else 0})

        with Merchant("http://platform", key="sz_test_x", transport=httpx.MockTransport(platform)) as shop:
            Till(shop, Journal(tmp_path / "till.jsonl"), "1", output.append).run(["86" + "0" * 16, "5"])
        assert Journal(tmp_path / "till.jsonl").unanswered == []
        return requests, output

    return pay


def test_a_payment_is_captured_when_the_ledger_has_answered(pay):
    requests, output = pay("pending", "pending", "authorized")
    assert requests[-1] == "POST /authorizations/pay_1/capture"
    assert any("5 分" in line for line in output)


def test_a_payment_that_stays_pending_is_voided_and_reported(pay):
    requests, output = pay("pending")
    assert requests[-1] == "POST /authorizations/pay_1/void"
    assert any("未收款" in line for line in output)
    assert not any("capture" in line for line in requests)


def test_a_payment_refused_while_the_till_waits_is_not_captured(pay):
    requests, output = pay("pending", "refused")
    assert requests[-1] == "GET /authorizations/pay_1"
    assert any("refused" in line for line in output)


def test_points_held_before_a_power_failure_are_released(pay, tmp_path):
    Journal(tmp_path / "till.jsonl").begin("/authorizations", {"paycode": "86" + "0" * 16, "points": 5})
    requests, output = pay("authorized")
    assert requests[:2] == ["POST /authorizations", "POST /authorizations/pay_1/void"]
    assert any("voided" in line for line in output)


def test_the_stored_request_is_sent_again_unchanged(tmp_path):
    path, bodies = tmp_path / "till.jsonl", []
    stored = Journal(path).begin("/refunds", {"authorization_id": "pay_1", "points": 5, "merchant_reference": "r-1"})

    def platform(request: httpx.Request) -> httpx.Response:
        bodies.append((request.headers["Idempotency-Key"], json.loads(request.content)))
        return httpx.Response(201, json={"id": "rfd_1"})

    with Merchant("http://platform", key="sz_test_x", transport=httpx.MockTransport(platform)) as shop:
        Till(shop, Journal(path), "1", lambda line: None).run([])
    assert bodies == [(stored.idempotency_key, stored.form)]
    assert Journal(path).unanswered == []
