"""Attacks with merchants' keys: a stolen live key, weak signing keys, expired and relayed signatures."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms
from shanzhi_merchant.signing import COVERED, Signature

from gateway.app import create_app
from gateway.security import signatures
from gateway.security.rate_limits import limiter
from gateway.settings import Settings
from tests.gateway.conftest import SECRET, Services

KEY, KEY_ID, SIGNING_SECRET = "sz_live_stolen", "key_1", "szs_of_the_merchant"
pytestmark = pytest.mark.attacks("stolen keys and stale signatures of merchants")
CREDENTIAL = {"merchant": "mer_1", "community": "com_1", "mode": "live", "key": KEY_ID}
REFUND = {"authorization_id": "pay_1", "points": 5, "merchant_reference": "r-1"}
REFUNDED = REFUND | {"id": "rfd_1", "captured": 5, "refunded": 5, "at": "2026-11-05T08:30:00Z"}
ID_EXAMPLES = {
    "payment_id": "pay_1",
    "endpoint_id": "wep_1",
    "delivery_id": "msg_1",
    "reconciliation_id": "rcn_1",
    "redemption_id": "ord_1",
    "period": "2026-11",
}
CHANGES_NOTHING = {"POST /v1/merchant/voucher-verifications"}
FOR_TEST_KEYS_ONLY = {"POST /v1/merchant/test-vouchers", "POST /v1/merchant/test-paycodes"}


@pytest.fixture
def exchange() -> Services:
    """An exchange that accepts the stolen key and its signatures."""
    services = Services()
    key: Any = {"key": KEY_ID, **signatures.encrypt_secret(SIGNING_SECRET, KEY)}
    services.answer("exchange", "authenticate_key", CREDENTIAL)
    services.answer("exchange", "get_signing_key", key)
    services.perform("exchange", "admit_signed", CREDENTIAL)
    services.perform("exchange", "refund", REFUNDED)
    return services


@pytest.fixture
def client(exchange: Services) -> Iterator[FlaskClient]:
    yield create_app(Settings(jwt_secret=SECRET), exchange).test_client()
    limiter.reset()


def merchant_writes() -> list[tuple[str, str]]:
    """Return every operation for merchants that is not a read, from the description of the API."""
    document = create_app(Settings(jwt_secret=SECRET), Services()).test_client().get("/openapi.json").json
    assert document
    return [
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
        if path.startswith("/v1/merchant/")
        and method in ("post", "put", "patch", "delete")
        and f"{method.upper()} {path}" not in CHANGES_NOTHING | FOR_TEST_KEYS_ONLY
    ]


def send(client: FlaskClient, request: httpx.Request) -> tuple[int, str | None]:
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
    answer = client.post(request.url.raw_path.decode(), data=request.content, headers=headers)
    return answer.status_code, (answer.json or {}).get("code")


def signed_refund(host: str = "http://localhost", **parameters: Any) -> httpx.Request:
    """Return a refund signed with the right secret and these signature parameters."""
    request = httpx.Request("POST", f"{host}/v1/merchant/refunds", json=REFUND, headers={"Idempotency-Key": "k-1"})
    if not parameters:
        Signature(KEY, KEY_ID, SIGNING_SECRET).sign(request)
        return request
    Signature(KEY).sign(request)
    digest = base64.b64encode(hashlib.sha256(request.content).digest()).decode()
    request.headers["Content-Digest"] = f"sha-256=:{digest}:"
    HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=_Secret()).sign(
        request,
        key_id=KEY_ID,
        label="sig1",
        nonce="n-1",
        covered_component_ids=list(COVERED),
        use_existing_digest=True,
        **{"created": datetime.now(UTC), **parameters},
    )
    return request


class _Secret(HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id: str) -> bytes:
        return SIGNING_SECRET.encode()

    def resolve_public_key(self, key_id: str) -> bytes:
        return SIGNING_SECRET.encode()


def test_there_are_writes_to_try() -> None:
    assert len(merchant_writes()) >= 12


@pytest.mark.parametrize(("method", "path"), merchant_writes())
def test_a_stolen_live_key_changes_nothing_without_its_signing_secret(
    client: FlaskClient, exchange: Services, method: str, path: str
) -> None:
    answer = client.open(
        path.format(**ID_EXAMPLES),
        method=method,
        data=json.dumps({}) if method != "DELETE" else None,
        headers={"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k-1", "Content-Type": "application/json"},
    )
    assert (answer.status_code, (answer.json or {}).get("code")) == (401, "signature_invalid")
    assert [call.method for call in exchange.calls] == ["get_signing_key"]


def test_a_live_key_reads_without_signature(client: FlaskClient, exchange: Services) -> None:
    exchange.answer("exchange", "list_webhook_endpoints", {"data": [], "next_cursor": None})
    answer = client.get("/v1/merchant/webhook-endpoints", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("seconds", [-200, -1, 0])
def test_a_signature_is_refused_as_soon_as_it_expires(client: FlaskClient, seconds: int) -> None:
    expired = signed_refund(expires=datetime.now(UTC) + timedelta(seconds=seconds))
    assert send(client, expired) == (401, "signature_expired")


def test_a_signature_that_has_not_expired_is_accepted(client: FlaskClient) -> None:
    assert send(client, signed_refund(expires=datetime.now(UTC) + timedelta(minutes=2)))[0] == 201
