"""The sample till where it is hardest: power that fails while it writes, and a bank that takes its time (R28)."""

import json
from collections.abc import Callable

import httpx
import pytest
from shanzhi_merchant import Merchant, till
from shanzhi_merchant.journal import Journal
from shanzhi_merchant.till import Till

HELD = {"id": "pay_1", "points": 5, "captured": 0, "refunded": 0, "merchant_reference": "1"}


def test_a_line_that_power_failed_on_is_forgotten_and_the_rest_is_known(tmp_path):
    path = tmp_path / "till.jsonl"
    first = Journal(path).begin("/refunds", {"points": 5})
    with path.open("a") as file:
        file.write('{"begun": {"idempotency_key": "till-2", "pa')

    reopened = Journal(path)
    second = reopened.begin("/refunds", {"points": 6})

    assert Journal(path).unanswered == [first, second]


@pytest.fixture
def served(tmp_path, monkeypatch) -> Callable[..., tuple[list[str], list[str]]]:
    """A till that is shown a pay code, at a platform where the payment stands as told, look after look."""
    monkeypatch.setattr(till, "_PATIENCE", 0.1)
    monkeypatch.setattr(till, "_PAUSE", 0.01)

    def serve(*statuses: str) -> tuple[list[str], list[str]]:
        left, asked, said = list(statuses), [], []

        def platform(request: httpx.Request) -> httpx.Response:
            asked.append(f"{request.method} {request.url.path.removeprefix('/v1/merchant')}")
            ended = {"capture": "captured", "void": "voided"}.get(request.url.path.rpartition("/")[2])
            status = ended or (left.pop(0) if len(left) > 1 else left[0])
            return httpx.Response(200, json=HELD | {"status": status, "captured": 5 if status == "captured" else 0})

        with Merchant("http://platform", key="sz_test_x", transport=httpx.MockTransport(platform)) as shop:
            Till(shop, Journal(tmp_path / "till.jsonl"), "1", said.append).run(["86" + "0" * 16, "5"])
        assert Journal(tmp_path / "till.jsonl").unanswered == []
        return asked, said

    return serve


def test_a_payment_is_taken_once_the_bank_has_answered(served):
    asked, said = served("pending", "pending", "authorized")
    assert asked[-1] == "POST /authorizations/pay_1/capture"
    assert any("5 分" in line for line in said)


def test_a_payment_the_bank_takes_too_long_over_is_given_up_and_said_so(served):
    asked, said = served("pending")
    assert asked[-1] == "POST /authorizations/pay_1/void"
    assert any("未收款" in line for line in said)
    assert not any("capture" in line for line in asked)


def test_what_is_refused_while_the_till_waits_is_not_taken(served):
    asked, said = served("pending", "refused")
    assert asked[-1] == "GET /authorizations/pay_1"
    assert any("refused" in line for line in said)


def test_points_held_for_a_sale_that_a_power_cut_ended_are_given_back(served, tmp_path):
    Journal(tmp_path / "till.jsonl").begin("/authorizations", {"paycode": "86" + "0" * 16, "points": 5})
    asked, said = served("authorized")
    assert asked[:2] == ["POST /authorizations", "POST /authorizations/pay_1/void"]
    assert any("voided" in line for line in said)


def test_what_is_written_down_is_what_is_sent_again(tmp_path):
    path, bodies = tmp_path / "till.jsonl", []
    begun = Journal(path).begin("/refunds", {"authorization_id": "pay_1", "points": 5, "merchant_reference": "r-1"})

    def platform(request: httpx.Request) -> httpx.Response:
        bodies.append((request.headers["Idempotency-Key"], json.loads(request.content)))
        return httpx.Response(201, json={"id": "rfd_1"})

    with Merchant("http://platform", key="sz_test_x", transport=httpx.MockTransport(platform)) as shop:
        Till(shop, Journal(path), "1", lambda line: None).run([])
    assert bodies == [(begun.idempotency_key, begun.form)]
    assert Journal(path).unanswered == []
