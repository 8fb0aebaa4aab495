"""Signed requests: what a signature must cover, and how it can be invalid (R27, R28)."""

import hashlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from shanzhi_merchant.signing import Signature

from contracts.errors import KeyInvalid, NonceReplayed
from gateway.app import create_app
from gateway.security import signatures

KEY, KEY_ID = "sz_live_abcdef", "key_1"
SECRET = "szs_of_the_tests"
REFUND = {"authorization_id": "pay_1", "points": 5, "merchant_reference": "r-1"}
REFUNDED = REFUND | {"id": "rfd_1", "captured": 5, "refunded": 5, "at": "2026-11-05T08:30:00Z"}
PATH = "/v1/merchant/refunds"


@pytest.fixture
def exchange(services):
    """The exchange with one live key; it refuses repeated nonces."""
    used = set()

    def admit(key_hash, nonce, scopes):
        if nonce in used:
            raise NonceReplayed
        used.add(nonce)
        return {"merchant": "mer_1", "community": "com_1", "mode": "live", "key": KEY_ID}

    services.answer("exchange", "get_signing_key", {"key": KEY_ID, **signatures.encrypt_secret(SECRET, KEY)})
    services.perform("exchange", "admit_signed", admit)
    services.perform("exchange", "refund", REFUNDED)
    return services


def signed(signature=None, *, path=PATH, form=REFUND, host="http://localhost", **when) -> httpx.Request:
    """Return a request signed by the merchant client."""
    request = httpx.Request("POST", host + path, json=form, headers={"Idempotency-Key": "k-1"})
    (signature or Signature(KEY, KEY_ID, SECRET)).sign(request, **when)
    return request


def send(client, request, **instead):
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
    headers |= {name.replace("_", "-"): value for name, value in instead.items() if name != "data"}
    target = request.url.raw_path.decode()
    return client.post(target, data=instead.get("data", request.content), headers=headers)


def code(answer):
    return answer.status_code, answer.json.get("code")


def test_a_signed_request_is_accepted_and_its_nonce_sent(client, exchange):
    request = signed(nonce="n-1")
    assert send(client, request).status_code == 201
    asked = [call for call in exchange.calls if call.method == "admit_signed"]
    assert (asked[0].kwargs["nonce"], asked[0].kwargs["scopes"]) == ("n-1", ["payments"])
    assert asked[0].kwargs["key_hash"] == hashlib.sha256(KEY.encode()).hexdigest()
    assert "idempotency" not in asked[0].context
    assert exchange.calls[-1].context["idempotency"]["key"] == "k-1"


def test_a_repeated_nonce_is_refused(client, exchange):
    request = signed()
    send(client, request)
    assert code(send(client, request)) == (401, "nonce_replayed")


def test_moving_points_with_a_live_key_requires_a_signature(client, exchange):
    bare = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k-1"}
    answer = client.post(PATH, json=REFUND, headers=bare)
    assert code(answer) == (401, "signature_invalid")
    assert exchange.calls[-1].method == "get_signing_key"


def test_reading_with_a_live_key_requires_no_signature(client, exchange):
    exchange.answer("exchange", "authenticate_key", {"merchant": "mer_1", "community": "c", "mode": "live", "key": "k"})
    exchange.answer("exchange", "list_settlements", {"data": [], "next_cursor": None})
    answer = client.get("/v1/merchant/settlements", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200


def test_a_changed_body_is_refused(client, exchange):
    answer = send(client, signed(), data=b'{"authorization_id": "pay_1", "points": 500, "merchant_reference": "r-1"}')
    assert code(answer) == (401, "signature_invalid")


def test_a_changed_body_with_its_digest_is_refused(client, exchange):
    other = signed(form=REFUND | {"points": 500})
    answer = send(client, signed(), data=other.content, content_digest=other.headers["content-digest"])
    assert code(answer) == (401, "signature_invalid")


@pytest.mark.parametrize("header", ["Idempotency-Key", "Authorization"])
def test_a_changed_covered_header_is_refused(client, exchange, header):
    request = signed()
    request.headers[header] = {"Idempotency-Key": "k-2", "Authorization": "Bearer sz_live_another"}[header]
    assert code(send(client, request)) == (401, "signature_invalid")


def test_a_missing_idempotency_key_is_reported_and_a_removed_one_is_refused(client, exchange):
    request = httpx.Request("POST", "http://localhost" + PATH, json=REFUND)
    Signature(KEY, KEY_ID, SECRET).sign(request)
    assert code(send(client, request)) == (400, "idempotency_key_missing")
    request = signed()
    del request.headers["Idempotency-Key"]
    assert code(send(client, request)) == (401, "signature_invalid")


def test_a_signature_for_another_url_is_refused(client, exchange):
    for request in (signed(path="/v1/merchant/authorizations"), signed(host="http://example.org")):
        request.url = httpx.URL("http://localhost" + PATH)
        assert code(send(client, request)) == (401, "signature_invalid")


def test_the_signature_covers_the_query(client, exchange):
    path = "/v1/merchant/reconciliations"
    assert code(send(client, signed(path=f"{path}?period=2026%2D11"))) == (
        422,
        "invalid_request",
    )
    request = signed(path=f"{path}?period=2026-11")
    request.url = httpx.URL("http://localhost" + path)
    assert code(send(client, request)) == (401, "signature_invalid")


@pytest.mark.parametrize("skew", [-301, 301])
def test_a_clock_more_than_five_minutes_off_is_refused_with_both_times(client, exchange, skew):
    answer = send(client, signed(created=datetime.now(UTC) + timedelta(seconds=skew)))
    assert code(answer) == (401, "signature_expired")
    assert abs(answer.json["facts"]["created"] - answer.json["facts"]["now"] - skew) < 5


@pytest.mark.parametrize("skew", [-290, 290])
def test_a_clock_less_than_five_minutes_off_is_accepted(client, exchange, skew):
    assert send(client, signed(created=datetime.now(UTC) + timedelta(seconds=skew))).status_code == 201


def test_another_secret_or_key_id_is_refused(client, exchange):
    for wrong in (Signature(KEY, KEY_ID, "szs_another"), Signature(KEY, "key_2", SECRET)):
        assert code(send(client, signed(wrong))) == (401, "signature_invalid")


@pytest.mark.parametrize(
    "missing", ['"content-digest" ', '"authorization" ', '"@query" ', ";nonce=", ";alg=", ";created="]
)
def test_required_components_and_parameters_may_not_be_missing(client, exchange, missing):
    request = signed(nonce="n")
    given = request.headers["signature-input"]
    start = given.index(missing)
    end = start + len(missing) if missing[0] == '"' else (given.find(";", start + 1) % (len(given) + 1))
    request.headers["signature-input"] = given[:start] + given[end:]
    answer = send(client, request)
    assert code(answer) == (401, "signature_invalid")
    assert answer.json["facts"]["reason"]


@pytest.mark.parametrize("malformed", ["", "x", "sig1=()", 'sig1=("@method");created=a', "sig1=5", "sig1=(", "é"])
def test_malformed_signature_headers_are_refused(client, exchange, malformed):
    assert code(send(client, signed(), signature_input=malformed)) == (401, "signature_invalid")
    assert code(send(client, signed(), signature=malformed)) == (401, "signature_invalid")
    assert code(send(client, signed(), content_digest=malformed)) == (401, "signature_invalid")


def test_a_signature_with_a_test_key_is_optional_but_verified(client, exchange):
    key = "sz_test_abcdef"
    exchange.answer("exchange", "get_signing_key", {"key": "key_3", **signatures.encrypt_secret(SECRET, key)})
    assert send(client, signed(Signature(key, "key_3", SECRET))).status_code == 201
    assert code(send(client, signed(Signature(key, "key_3", "szs_wrong")))) == (401, "signature_invalid")


def test_a_key_without_signing_key_cannot_sign(client, exchange):
    exchange.answer("exchange", "get_signing_key", {"key": KEY_ID, "algorithm": None, "material": None})
    assert code(send(client, signed())) == (401, "signature_invalid")


def test_an_unknown_key_is_refused_before_its_signature_is_verified(client, exchange):
    exchange.answer("exchange", "get_signing_key", KeyInvalid())
    assert code(send(client, signed())) == (401, "key_invalid")


def test_a_merchant_may_sign_with_an_ed25519_key(client, exchange, sign_in):
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    kept = {"merchant_id": "mer_1", "scopes": [], "created_at": "", "revoked_at": None, "id": KEY_ID}
    exchange.perform(
        "exchange",
        "issue_key",
        lambda mode, shown, algorithm, **_: kept | {"mode": mode, "shown": shown, "algorithm": algorithm},
    )
    made = client.post("/v1/merchants/mer_1/keys", json={"mode": "live", "public_key": public}, headers=sign_in())
    sent = exchange.calls[-1].kwargs
    assert (made.json["signing_secret"], made.json["algorithm"]) == (None, "ed25519")

    exchange.answer("exchange", "get_signing_key", {"key": KEY_ID} | {n: sent[n] for n in ("algorithm", "material")})
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert send(client, signed(Signature(made.json["key"], KEY_ID, pem))).status_code == 201
    hmac_of_the_public_key = Signature(made.json["key"], KEY_ID, sent["material"])
    assert code(send(client, signed(hmac_of_the_public_key))) == (401, "signature_invalid")


def test_an_invalid_public_key_is_refused(client, sign_in):
    form = {"mode": "live", "public_key": "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----"}
    refused = client.post("/v1/merchants/mer_1/keys", json=form, headers=sign_in())
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/public_key")


def test_the_signature_is_verified_against_the_public_url(settings, exchange):
    client = create_app(settings.copy_with(public_url="https://api.example.org"), exchange).test_client()
    request = signed(host="https://api.example.org")
    assert send(client, request).status_code == 201
    assert code(send(client, signed(host="http://localhost"))) == (401, "signature_invalid")
