"""The page for engineers of merchants is true: its code, run as it stands, in order, on the running platform (R27)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from shanzhi_merchant import Merchant
from shanzhi_merchant.journal import Journal
from shanzhi_merchant.till import Till

from deploy.demo.visitors import once_told
from deploy.local.stack import PROJECT, Stack
from tests.flows.village import Answer, Village

PAGE = (PROJECT / "docs" / "merchants.md").read_text("utf-8")


@pytest.fixture(scope="module")
def merchant(village: Village) -> str:
    """A shop in a village with something on its shelf."""
    village.reward(points=50)
    return str(once_told(lambda: village.committee.post("/v1/merchants", {"name": "善治超市"}))["id"])


@pytest.fixture(scope="module")
def key(village: Village, merchant: str) -> Answer:
    made: Answer = village.committee.post(f"/v1/merchants/{merchant}/keys", {"mode": "test"})
    return made


def code(language: str) -> str:
    """All of the page's code in one language."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def test_the_shell_on_the_page_does_what_it_says(village: Village, merchant: str, stack: Stack, tmp_path: Path) -> None:
    token = village.committee.headers["Authorization"].removeprefix("Bearer ")
    told = {"SHANZHI_URL": stack.gateway_url, "TOKEN": token, "MERCHANT_ID": merchant}
    script = "set -eu -o pipefail\n" + code("sh")
    done = subprocess.run(
        ["bash", "-c", script], env=stack.environment | told, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    said = [line for line in done.stdout.splitlines() if line]
    for expected in ("captured", "10", "voucher_already_redeemed", "authorized", "signature_invalid", "not_found"):
        assert expected in said, done.stdout


def test_the_python_on_the_page_does_what_it_says(stack: Stack, key: Answer) -> None:
    given = {"API": stack.gateway_url, "KEY": key["key"], "KEY_ID": key["id"], "SIGNING_SECRET": key["signing_secret"]}
    exec(compile(code("python"), "docs/merchants.md", "exec"), given)


def test_the_sample_till_takes_payments_honours_vouchers_and_gives_back(
    stack: Stack, key: Answer, tmp_path: Path
) -> None:
    said: list[str] = []
    with Merchant(stack.gateway_url, key=key["key"], key_id=key["id"], signing_secret=key["signing_secret"]) as shop:
        paycode = shop.request("POST", "/test-paycodes", {})["paycode"]
        voucher = shop.request("POST", "/test-vouchers", {})["code"]
        lines = [f"{paycode[:4]} {paycode[4:]}", "40", voucher.lower(), "y", voucher, paycode, "x", "q", "never read"]
        Till(shop, Journal(tmp_path / "till.jsonl"), "1", said.append).run(lines)
    whole = "\n".join(said)
    assert "40 分" in whole
    assert "大米 × 1" in whole
    assert "voucher_already_redeemed" in whole
    assert "invalid_request" in whole


def test_a_till_that_lost_power_asks_again_with_the_same_key(stack: Stack, key: Answer, tmp_path: Path) -> None:
    said: list[str] = []
    with Merchant(stack.gateway_url, key=key["key"]) as shop:
        form = {
            "paycode": shop.request("POST", "/test-paycodes", {})["paycode"],
            "points": 7,
            "merchant_reference": "lost-1",
        }
        before = Journal(tmp_path / "till.jsonl")
        request = before.begin("/authorizations", form)
        held = shop.request("POST", request.path, form, request.idempotency_key)  # the answer is lost
        Till(shop, Journal(tmp_path / "till.jsonl"), "1", said.append).run([])
        assert any(held["id"] in line for line in said)
        assert Journal(tmp_path / "till.jsonl").unanswered == []


def test_the_sample_till_runs_in_a_terminal(stack: Stack, key: Answer, tmp_path: Path) -> None:
    told = {"SHANZHI_URL": stack.gateway_url, "SHANZHI_KEY": key["key"]}
    path = {"PYTHONPATH": str(PROJECT / "clients" / "merchant-python")}
    command = [sys.executable, "-m", "shanzhi_merchant.till", "--journal", str(tmp_path / "till.jsonl")]
    done = subprocess.run(command, env=stack.environment | told | path, input="t\nq\n", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\b86\d{16}\b", done.stdout)
