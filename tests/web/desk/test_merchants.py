"""Merchants, shops and keys, for the committee and for operators."""

import re
from typing import Any

import httpx
import pytest

from tests.web import samples
from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

MERCHANT = {"id": "mer_1", "name": "便民超市", "address": "长安路 1 号", "active": True}
SHOP = MERCHANT | {"id": "shp_1", "name": "东门店", "merchant_id": "mer_1"}
KEY: dict[str, Any] = {
    "id": "key_1",
    "merchant_id": "mer_1",
    "mode": "live",
    "scopes": ["vouchers", "payments"],
    "shown": "sz_live_abcdef",
    "algorithm": "hmac-sha256",
    "created_at": "2026-11-03T02:00:00Z",
    "revoked_at": None,
}
ONE = "/desk/merchants/mer_1"


@pytest.fixture
def committee(desk: Desk, api: Api) -> Desk:
    desk.sign_in("committee")
    api.answers |= {
        "/v1/merchants": {"data": [MERCHANT], **NO_MORE},
        "/v1/merchants/mer_1": MERCHANT,
        "/v1/merchants/mer_1/shops": {"data": [SHOP], **NO_MORE},
        "/v1/merchants/mer_1/keys": {"data": [KEY], **NO_MORE},
    }
    return desk


@pytest.fixture
def operator(committee: Desk, api: Api) -> Desk:
    committee.sign_in("merchant_operator")
    role = {"role": "merchant_operator", "scope_id": "mer_1"}
    api.answers["/v1/me"] = samples.me() | {"roles": [role]}
    return committee


def test_the_committee_lists_merchants_and_adds_one(committee: Desk, api: Api) -> None:
    assert "便民超市" in committee.get("/desk/merchants/").text
    api.answers["POST /v1/merchants"] = MERCHANT

    answer = committee.post("/desk/merchants/new", name="便民超市", address="长安路 1 号")

    assert answer.headers["Location"] == ONE
    assert api.sent("POST", "/v1/merchants") == [{"name": "便民超市", "address": "长安路 1 号"}]


def test_an_operator_sees_their_own_merchants_and_adds_none(operator: Desk) -> None:
    text = operator.get("/desk/merchants/").text

    assert "便民超市" in text
    assert "/desk/merchants/new" not in text
    assert operator.get("/desk/merchants/new").status_code == 403
    assert operator.get(f"{ONE}/edit").status_code == 403


def test_a_merchant_is_shown_with_shops_and_keys(operator: Desk) -> None:
    text = operator.get(ONE).text

    assert "东门店" in text
    assert "<code>sz_live_abcdef…</code>" in text
    assert "核销兑换券、收积分" in text
    assert "确定吗" in text


def test_a_merchant_is_suspended(committee: Desk, api: Api) -> None:
    api.answers["PUT /v1/merchants/mer_1"] = MERCHANT | {"active": False}

    committee.post(f"{ONE}/edit", name="便民超市", address="")

    assert api.sent("PUT", "/v1/merchants/mer_1") == [{"name": "便民超市", "address": "", "active": False}]


def test_an_operator_opens_and_changes_shops(operator: Desk, api: Api) -> None:
    api.answers["POST /v1/merchants/mer_1/shops"] = api.answers["PUT /v1/merchants/mer_1/shops/shp_1"] = SHOP

    operator.post(f"{ONE}/shops/new", name="西门店", address="")
    operator.post(f"{ONE}/shops/shp_1", name="东门店", address="东街", active="yes")

    assert api.sent("POST", "/v1/merchants/mer_1/shops") == [{"name": "西门店", "address": ""}]
    revised = [{"name": "东门店", "address": "东街", "active": True}]
    assert api.sent("PUT", "/v1/merchants/mer_1/shops/shp_1") == revised
    assert operator.get(f"{ONE}/shops/shp_2").status_code == 404


def test_a_new_key_is_shown_once(operator: Desk, api: Api) -> None:
    secrets = {"key": "sz_live_whole", "signing_secret": "sign-with-this"}
    api.answers["POST /v1/merchants/mer_1/keys"] = KEY | secrets

    answer = operator.post(f"{ONE}/keys/new", mode="live", scopes=["vouchers", "payments"], public_key="")

    assert api.sent("POST", "/v1/merchants/mer_1/keys") == [{"mode": "live", "scopes": ["vouchers", "payments"]}]
    assert "sz_live_whole" in answer.text
    assert "sign-with-this" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sz_live_whole" not in operator.get(ONE).text


def test_a_key_is_revoked(operator: Desk, api: Api) -> None:
    api.answers["DELETE /v1/merchants/mer_1/keys/key_1"] = {}

    answer = operator.post(f"{ONE}/keys/key_1/revoke", page=ONE)

    assert answer.headers["Location"] == ONE
    assert "密钥已作废" in operator.get(ONE).text


@pytest.mark.parametrize(
    "refusal",
    [
        problem(409, "too_many_keys"),
        problem(422, "invalid", public_key="不是公钥"),
        httpx.ConnectError("x"),
    ],
    ids=["409", "422", "unreachable"],
)
def test_a_refused_key_keeps_what_was_typed(operator: Desk, api: Api, refusal: Any) -> None:
    api.answers["POST /v1/merchants/mer_1/keys"] = refusal

    answer = operator.post(f"{ONE}/keys/new", mode="live", scopes=["webhooks"], public_key="PEM")

    assert answer.status_code in (409, 422, 503)
    assert "PEM</textarea>" in answer.text
    assert re.search(r'value="live" checked', answer.text)
    assert re.search(r'value="webhooks" checked', answer.text)
    assert not re.search(r'value="payments" checked', answer.text)
    if answer.status_code == 422:
        assert '<small class="wrong" id="e-public_key">不是公钥</small>' in answer.text


def test_heads_see_no_merchants(desk: Desk) -> None:
    desk.sign_in("head")

    assert desk.get("/desk/merchants/").status_code == 403
