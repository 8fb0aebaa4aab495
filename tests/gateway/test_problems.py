"""Error responses as problems, and authentication errors."""

import pytest
from nameko.exceptions import deserialize, serialize

from contracts.errors import InsufficientPoints, OutOfStock, Unavailable
from gateway.http import problems
from gateway.settings import Settings


def sign_in_form(**body):
    kind = {} if "json" in body else {"content_type": "application/json"}
    return {"path": "/v1/sessions", "method": "POST"} | kind | body


def test_every_refusal_has_a_status_and_every_code_is_unique(app):
    codes = problems.error_codes()
    assert len({code for code, _, _ in codes}) == len(codes)
    assert all(400 <= status < 600 for _, status, _ in codes)


def test_a_refusal_is_serialized_with_errors_and_facts(app):
    sent = InsufficientPoints("还差 8 分", [{"pointer": "/quantity", "detail": "过多"}], {"available": 42})
    received = deserialize(serialize(sent))
    assert type(received) is InsufficientPoints
    assert (received.detail, received.errors, received.facts) == (sent.detail, sent.errors, {"available": 42})


def test_a_refusal_becomes_a_problem(client, services, sign_in):
    services.answer("registry", "me", OutOfStock("大米已兑完", facts={"left": 0}))
    answer = client.get("/v1/me", headers=sign_in())
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.json == {
        "type": "urn:shanzhi:problem:out_of_stock",
        "title": "已兑完",
        "status": 409,
        "detail": "大米已兑完",
        "instance": "/v1/me",
        "code": "out_of_stock",
        "request_id": answer.headers["Request-Id"],
        "retryable": False,
        "errcode": 409,
        "errmsg": "大米已兑完",
        "facts": {"left": 0},
    }


def test_an_unavailable_service_gives_503_with_retry_after(client, services, sign_in):
    services.answer("registry", "me", Unavailable())
    answer = client.get("/v1/me", headers=sign_in())
    assert (answer.status_code, answer.json["retryable"]) == (503, True)
    assert answer.headers["Retry-After"]


def test_an_unexpected_error_is_not_disclosed(client, services, sign_in):
    services.answer("registry", "me", ValueError("secret text"))
    answer = client.get("/v1/me", headers=sign_in())
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"path": "/v1/nowhere"}, 404, "not_found"),
        ({"path": "/v1/me\0"}, 404, "not_found"),
        ({"path": "/v1/me?a=%00"}, 400, "malformed_request"),
        ({"path": "/v1/me", "method": "PATCH"}, 405, "method_not_allowed"),
        (sign_in_form(data="{"), 400, "malformed_request"),
        (sign_in_form(data=b"\xff"), 400, "malformed_request"),
        (sign_in_form(data="[" * 100_000), 400, "malformed_request"),
        (sign_in_form(data="9" * 10_000), 400, "malformed_request"),
        (sign_in_form(data='{"wechat_code": NaN}'), 400, "malformed_request"),
        (sign_in_form(data=r'{"wechat_code": "a\u0000b"}'), 400, "malformed_request"),
        (sign_in_form(data=r'{"wechat_code": "\ud800"}'), 400, "malformed_request"),
        (sign_in_form(data="a=b", content_type="text/plain"), 415, "unsupported_media_type"),
        (sign_in_form(json={"wechat_code": "a" * Settings.json_limit}), 413, "payload_too_large"),
        (sign_in_form(json=[]), 422, "invalid_request"),
        (sign_in_form(), 422, "invalid_request"),
    ],
)
def test_http_errors_become_problems(client, options, status, code):
    answer = client.open(**{"method": "GET"} | options)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"


def test_surrogate_pairs_in_json_are_accepted(client):
    answer = client.post("/v1/sessions", data=r'{"phone": "\ud83c\udf3e"}', content_type="application/json")
    assert answer.status_code == 422


def test_form_errors_have_json_pointers(client):
    answer = client.post("/v1/sessions", json={"phone": 7, "password": "", "colour": "red"})
    assert answer.json["errors"] == [
        {"pointer": "/phone", "detail": "应为文字"},
        {"pointer": "/password", "detail": "应为 1 至 128 字"},
        {"pointer": "/colour", "detail": "未知字段"},
    ]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("/v1/me?unknown=1", "/unknown"),
        ("/v1/claims?unknown=1", "/unknown"),
        ("/v1/claims?limit=5&limit=6", "/limit"),
        ("/v1/claims?status=final&status=final", "/status"),
        *(
            (f"/v1/claims?limit={limit}", "/limit")
            for limit in ("0", "101", "-1", "", "5.0", "%2B5", "%205", "1_0", "５")
        ),
    ],
)
def test_undeclared_repeated_and_invalid_parameters_are_refused(client, sign_in, query, pointer):
    answer = client.get(query, headers=sign_in())
    assert (answer.status_code, answer.json["code"]) == (422, "invalid_request")
    assert [(error["pointer"], error["in"]) for error in answer.json["errors"]] == [(pointer, "query")]


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        (b"", 503, None),
        (b"{}", 503, None),
        (b'{"reason": "x"}', 422, ["/reason"]),
        (b"[]", 422, [""]),
        (b"{", 400, None),
    ],
)
def test_a_body_sent_to_an_operation_without_form_is_refused(client, services, sign_in, body, status, pointers):
    services.perform("claims", "withdraw_claim", Unavailable())
    headers = sign_in() | {"Content-Type": "application/json"}
    answer = client.post("/v1/claims/clm_1/withdraw", data=body, headers=headers)
    assert answer.status_code == status
    assert [error["pointer"] for error in answer.json.get("errors", ())] == (pointers or [])


def test_query_parameters_of_a_file_upload_are_validated(client, services, sign_in):
    services.perform("exchange", "reconcile", lambda **given: given)
    services.answer(
        "exchange", "authenticate_key", {"community": "com_1", "merchant": "mer_1", "mode": "test", "key": "key_1"}
    )
    headers = {"Authorization": "Bearer sz_test_x", "Idempotency-Key": "1", "Content-Type": "text/csv"}
    answer = client.post(
        "/v1/merchant/reconciliations?period=2026-13", data="merchant_reference,kind,points\n", headers=headers
    )
    assert [error["pointer"] for error in answer.json["errors"]] == ["/period"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Basic é", "Bearer é"])
def test_a_missing_or_invalid_token_gives_401(client, header):
    answer = client.get("/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"]


def test_request_id_and_trace_are_returned_and_propagated(client, services, sign_in):
    services.answer("registry", "me", Unavailable())
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    answer = client.get("/v1/me", headers=sign_in() | {"Request-Id": "abc-1", "traceparent": trace})
    assert answer.headers["Request-Id"] == "abc-1"
    assert services.calls[0].context["request_id"] == "abc-1"
    assert services.calls[0].context["traceparent"].split("-")[1] == trace.split("-")[1]
