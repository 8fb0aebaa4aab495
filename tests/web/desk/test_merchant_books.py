"""A merchant's books and webhooks at the desk, for its operators."""

import io
import re
from typing import Any

import httpx
import pytest

from tests.web import samples
from tests.web.conftest import Api, Desk, problem
from tests.web.samples import NO_MORE

API = "/v1/merchants/mer_1/live"
ONE = "/desk/merchants/mer_1/live"
NOTHING = {"points": 0, "amount_fen": 0}
MONTH = {"points": 25, "amount_fen": 2500}
SETTLEMENT: dict[str, Any] = {
    "id": "2026-11",
    "period": "2026-11",
    "lines": 1,
    "opening": NOTHING,
    "redemptions": NOTHING,
    "captures": MONTH,
    "refunds": NOTHING,
    "total": MONTH,
    "closing": MONTH,
}
LINE: dict[str, Any] = {
    "id": "lin_1",
    "kind": "capture",
    "period": "2026-11",
    "at": "2026-11-05T00:30:00Z",
    "points": 25,
    "amount_fen": 2500,
    "source_id": "pay_1",
    "merchant_reference": "T1-0007",
    "till": "2",
    "shop_id": None,
}
UNMATCHED = {"merchant_reference": "T1-0008", "kind": "capture", "points": 5, "at": None}
RECONCILIATION: dict[str, Any] = {
    "id": "rcn_1",
    "period": "2026-11",
    "made_at": "2026-12-01T00:30:00Z",
    "lines": 2,
    "matched": 1,
    "missing": [],
    "extra": [UNMATCHED],
    "different": [],
    "points": 30,
    "statement_points": 25,
}
ENDPOINT: dict[str, Any] = {
    "id": "wep_1",
    "url": "https://shop.example.org/hook",
    "types": ["payment.captured"],
    "mode": "live",
    "status": "active",
    "created_at": "2026-11-03T02:00:00Z",
    "disabled_at": None,
    "earlier_secret_until": None,
}
DELIVERY: dict[str, Any] = {
    "id": "msg_1",
    "endpoint_id": "wep_1",
    "type": "payment.captured",
    "data": {"authorization_id": "pay_1"},
    "status": "failed",
    "created_at": "2026-11-05T00:30:00Z",
    "next_attempt_at": None,
    "attempts": [{"at": "2026-11-05T00:30:00Z", "status": 500, "error": None, "milliseconds": 1200}],
}


@pytest.fixture
def operator(desk: Desk, api: Api) -> Desk:
    desk.sign_in("merchant_operator")
    role = {"role": "merchant_operator", "scope_id": "mer_1"}
    api.answers |= {
        "/v1/me": samples.me() | {"roles": [role]},
        f"{API}/settlements": {"data": [SETTLEMENT], **NO_MORE},
        f"{API}/settlements/2026-11": SETTLEMENT | {"data": [LINE]},
        f"{API}/reconciliations": {"data": [RECONCILIATION], **NO_MORE},
        f"{API}/reconciliations/rcn_1": RECONCILIATION,
        f"{API}/webhook-endpoints": {"data": [ENDPOINT], **NO_MORE},
        f"{API}/deliveries": {"data": [DELIVERY], **NO_MORE},
        f"{API}/deliveries/msg_1": DELIVERY,
    }
    return desk


def test_a_months_statement_is_shown_with_every_line_and_as_a_file(operator: Desk, api: Api) -> None:
    assert "25 元" in operator.get(f"{ONE}/settlements").text
    text = operator.get(f"{ONE}/settlements/2026-11").text
    assert "T1-0007" in text
    assert "收积分" in text
    name = 'attachment; filename="settlement-2026-11.csv"'
    api.answers[f"{API}/settlements/2026-11"] = httpx.Response(
        200, content="a,b", headers={"Content-Type": "text/csv", "Content-Disposition": name}
    )

    file = operator.get(f"{ONE}/settlements/2026-11.csv")

    assert (file.text, file.headers["Content-Disposition"]) == ("a,b", name)


def test_the_merchants_own_books_are_compared_with_the_statement(operator: Desk, api: Api) -> None:
    api.answers[f"POST {API}/reconciliations"] = RECONCILIATION
    books = b"merchant_reference,kind,points\nT1-0007,capture,25\n"

    answer = operator.post(f"{ONE}/reconciliations", period="2026-11", files={"file": (io.BytesIO(books), "账.csv")})

    sent = next(each for each in api.requests if each.method == "POST" and each.url.path.endswith("reconciliations"))
    assert (sent.content, sent.headers["Content-Type"], dict(sent.url.params)) == (
        books,
        "text/csv",
        {"period": "2026-11"},
    )
    assert answer.headers["Location"] == f"{ONE}/reconciliations/rcn_1"
    text = operator.get(f"{ONE}/reconciliations/rcn_1").text
    assert "本店有，结算单没有" in text
    assert "T1-0008" in text


def test_a_wrong_cell_of_the_books_is_named(operator: Desk, api: Api) -> None:
    refusal = problem(422, "invalid").json()
    refusal["errors"] = [{"pointer": "/lines/0/points", "detail": "须为整数", "cell": "C2"}]
    api.answers[f"POST {API}/reconciliations"] = httpx.Response(422, json=refusal)

    answer = operator.post(f"{ONE}/reconciliations", period="2026-11", files={"file": (io.BytesIO(b"x"), "books.csv")})

    assert answer.status_code == 422
    assert "C2：须为整数" in answer.text
    assert operator.post(f"{ONE}/reconciliations", period="2026-11").status_code == 422, "no file was chosen"


def test_the_secret_of_a_new_address_is_shown_once(operator: Desk, api: Api) -> None:
    api.answers[f"POST {API}/webhook-endpoints"] = ENDPOINT | {"secret": "whsec_whole"}

    answer = operator.post(f"{ONE}/webhooks/new", url="https://shop.example.org/hook", types=["payment.captured"])

    assert api.sent("POST", f"{API}/webhook-endpoints") == [
        {"url": "https://shop.example.org/hook", "types": ["payment.captured"]}
    ]
    assert "whsec_whole" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "whsec_whole" not in operator.get(f"{ONE}/webhooks").text


def test_a_refused_address_keeps_what_was_typed(operator: Desk, api: Api) -> None:
    api.answers[f"POST {API}/webhook-endpoints"] = problem(422, "invalid", url="须为公网地址")

    answer = operator.post(f"{ONE}/webhooks/new", url="https://10.0.0.1/", types=["payment.captured"])

    assert answer.status_code == 422
    assert 'value="https://10.0.0.1/"' in answer.text
    assert '<small class="wrong" id="e-url">须为公网地址</small>' in answer.text
    assert re.search(r'value="payment.captured" checked', answer.text)


def test_a_disabled_address_is_enabled_again(operator: Desk, api: Api) -> None:
    disabled = {"status": "disabled", "disabled_at": "2026-11-04T02:00:00Z"}
    api.answers[f"{API}/webhook-endpoints"] = {"data": [ENDPOINT | disabled], **NO_MORE}
    api.answers[f"PUT {API}/webhook-endpoints/wep_1"] = ENDPOINT
    assert "修改或重新启用" in operator.get(f"{ONE}/webhooks").text

    operator.post(f"{ONE}/webhooks/wep_1", url=ENDPOINT["url"], types=[], active="yes")

    body = {"url": ENDPOINT["url"], "types": [], "active": True}
    assert api.sent("PUT", f"{API}/webhook-endpoints/wep_1") == [body]
    assert operator.get(f"{ONE}/webhooks/wep_2").status_code == 404


def test_the_secret_of_an_address_is_replaced(operator: Desk, api: Api) -> None:
    path = f"{API}/webhook-endpoints/wep_1/rotate-secret"
    api.answers[f"POST {path}"] = ENDPOINT | {"secret": "whsec_next", "earlier_secret_until": "2099-01-01T00:00:00Z"}

    answer = operator.post(f"{ONE}/webhooks/wep_1/rotate", page=f"{ONE}/webhooks", end_earlier="yes")

    assert api.sent("POST", path) == [{"end_earlier": True}]
    assert "whsec_next" in answer.text


def test_a_rotation_that_comes_too_soon_is_refused_on_the_list(operator: Desk, api: Api) -> None:
    path = f"{API}/webhook-endpoints/wep_1/rotate-secret"
    api.answers[f"POST {path}"] = problem(409, "wrong_state", "上一把密钥还有效")

    operator.post(f"{ONE}/webhooks/wep_1/rotate", page=f"{ONE}/webhooks")

    assert "上一把密钥还有效" in operator.get(f"{ONE}/webhooks").text


def test_an_address_is_tried_and_removed(operator: Desk, api: Api) -> None:
    api.answers[f"POST {API}/webhook-endpoints/wep_1/test"] = DELIVERY | {"type": "endpoint.test"}
    api.answers[f"DELETE {API}/webhook-endpoints/wep_1"] = {}

    tried = operator.post(f"{ONE}/webhooks/wep_1/test", page=f"{ONE}/webhooks")
    operator.post(f"{ONE}/webhooks/wep_1/remove", page=f"{ONE}/webhooks")

    assert tried.headers["Location"] == f"{ONE}/deliveries/msg_1"
    assert "已移除回调地址" in operator.get(f"{ONE}/webhooks").text


def test_deliveries_are_filtered_and_one_is_sent_again(operator: Desk, api: Api) -> None:
    assert "没有送到" in operator.get(f"{ONE}/deliveries?status=failed&endpoint_id=wep_1").text
    assert dict(api.requests[-2].url.params).keys() | dict(api.requests[-1].url.params).keys() >= {"status"}
    api.answers[f"POST {API}/deliveries/msg_1/replay"] = DELIVERY | {"status": "pending"}
    text = operator.get(f"{ONE}/deliveries/msg_1").text
    assert "1,200" in text

    answer = operator.post(f"{ONE}/deliveries/msg_1")

    assert answer.headers["Location"] == f"{ONE}/deliveries/msg_1"
    assert "已重新排队发送" in operator.get(f"{ONE}/deliveries/msg_1").text


def test_the_operators_merchant_leads_to_its_books(operator: Desk, api: Api) -> None:
    merchant = {"id": "mer_1", "name": "便民超市", "address": "", "active": True}
    api.answers["/v1/merchants/mer_1"] = merchant
    api.answers["/v1/merchants/mer_1/shops"] = api.answers["/v1/merchants/mer_1/keys"] = {"data": [], **NO_MORE}

    assert f'href="{ONE}/settlements"' in operator.get("/desk/merchants/mer_1").text


@pytest.mark.parametrize("page", ["settlements", "reconciliations", "webhooks", "webhooks/new", "deliveries"])
def test_other_roles_see_no_books(desk: Desk, page: str) -> None:
    desk.sign_in("committee")

    assert desk.get(f"{ONE}/{page}").status_code == 403
