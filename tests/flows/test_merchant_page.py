"""The code on docs/merchants.md, and the sample till, run unchanged against the running platform (R27)."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shanzhi_merchant import Merchant
from shanzhi_merchant.journal import Journal
from shanzhi_merchant.till import Till

from deploy.demo.api_client import retry_until_known
from deploy.local.stack import PROJECT, Stack
from tests.flows.community import PASSWORD, Community, Json

PAGE = (PROJECT / "docs" / "merchants.md").read_text("utf-8")


@pytest.fixture(scope="module")
def merchant(community: Community) -> str:
    """A merchant in a community with a reward."""
    community.create_reward(points=50)
    return str(retry_until_known(lambda: community.committee.post("/v1/merchants", {"name": "善治超市"}))["id"])


@pytest.fixture(scope="module")
def key(community: Community, merchant: str) -> Json:
    created: Json = community.committee.post(f"/v1/merchants/{merchant}/keys", {"mode": "test"})
    return created


def code(language: str) -> str:
    """Return all code of the page in one language."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))


def test_the_shell_code_on_the_page_works(community: Community, merchant: str, stack: Stack, tmp_path: Path) -> None:
    variables = {"SHANZHI_URL": stack.gateway_url, "PHONE": community.phones["社区党委"], "PASSWORD": PASSWORD}
    script = "set -eu -o pipefail\n" + code("sh")
    done = subprocess.run(
        ["bash", "-c", script], env=stack.environment | variables, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    output = [line for line in done.stdout.splitlines() if line]
    for expected in ("captured", "10", "voucher_already_redeemed", "authorized", "signature_invalid", "not_found"):
        assert expected in output, done.stdout


def test_the_python_code_on_the_page_works(stack: Stack, key: Json) -> None:
    variables = {
        "API": stack.gateway_url,
        "KEY": key["key"],
        "KEY_ID": key["id"],
        "SIGNING_SECRET": key["signing_secret"],
    }
    exec(compile(code("python"), "docs/merchants.md", "exec"), variables)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_the_javascript_code_on_the_page_works(stack: Stack, key: Json) -> None:
    constants = {
        "API": stack.gateway_url,
        "KEY": key["key"],
        "KEY_ID": key["id"],
        "SIGNING_SECRET": key["signing_secret"],
    }
    client = (PROJECT / "clients" / "merchant-node" / "src" / "index.js").as_uri()
    program = code("js").replace('"shanzhi-merchant"', f'"{client}"')
    script = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in constants.items()) + program
    done = subprocess.run(
        ["node", "--input-type=module"], input=script, env=stack.environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_sample_till_takes_payments_and_redeems_vouchers(stack: Stack, key: Json, tmp_path: Path) -> None:
    output: list[str] = []
    with Merchant(stack.gateway_url, key=key["key"], key_id=key["id"], signing_secret=key["signing_secret"]) as shop:
        paycode = shop.request("POST", "/test-paycodes", {})["paycode"]
        voucher = shop.request("POST", "/test-vouchers", {})["code"]
        lines = [f"{paycode[:4]} {paycode[4:]}", "40", voucher.lower(), "y", voucher, paycode, "x", "q", "not read"]
        Till(shop, Journal(tmp_path / "till.jsonl"), "1", output.append).run(lines)
    text = "\n".join(output)
    assert "40 分" in text
    assert "大米 × 1" in text
    assert "voucher_already_redeemed" in text
    assert "invalid_request" in text


def test_a_till_repeats_an_unanswered_request_with_the_same_key_after_a_power_failure(
    stack: Stack, key: Json, tmp_path: Path
) -> None:
    output: list[str] = []
    with Merchant(stack.gateway_url, key=key["key"]) as shop:
        form = {
            "paycode": shop.request("POST", "/test-paycodes", {})["paycode"],
            "points": 7,
            "merchant_reference": "lost-1",
        }
        request = Journal(tmp_path / "till.jsonl").begin("/authorizations", form)
        held = shop.request("POST", request.path, form, request.idempotency_key)  # the till does not store the answer
        Till(shop, Journal(tmp_path / "till.jsonl"), "1", output.append).run([])
        assert any(held["id"] in line for line in output)
        assert Journal(tmp_path / "till.jsonl").unanswered == []


def test_the_sample_till_runs_in_a_terminal(stack: Stack, key: Json, tmp_path: Path) -> None:
    variables = {"SHANZHI_URL": stack.gateway_url, "SHANZHI_KEY": key["key"]}
    path = {"PYTHONPATH": str(PROJECT / "clients" / "merchant-python")}
    command = [sys.executable, "-m", "shanzhi_merchant.till", "--journal", str(tmp_path / "till.jsonl")]
    done = subprocess.run(
        command, env=stack.environment | variables | path, input="t\nq\n", capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"\b86\d{16}\b", done.stdout)
