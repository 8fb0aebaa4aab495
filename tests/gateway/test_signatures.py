"""Signed requests: what a till's signature must cover, and every way in which it can be wrong (R27, R28)."""

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
def counter(services):
    """The exchange, which keeps one live key and remembers nonces."""
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
    """A request as the client signs it."""
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


def test_a_signed_request_is_taken_and_its_nonce_kept(client, counter):
    request = signed(nonce="n-1")
    assert send(client, request).status_code == 201
    asked = [call for call in counter.calls if call.method == "admit_signed"]
    assert (asked[0].kwargs["nonce"], asked[0].kwargs["scopes"]) == ("n-1", ["payments"])
    assert asked[0].kwargs["key_hash"] == hashlib.sha256(KEY.encode()).hexdigest()
    assert "idempotency" not in asked[0].context
    assert counter.calls[-1].context["idempotency"]["key"] == "k-1"


def test_the_same_request_a_second_time_is_a_replay(client, counter):
    request = signed()
    send(client, request)
    assert code(send(client, request)) == (401, "nonce_replayed")


def test_a_live_key_that_moves_points_must_sign(client, counter):
    bare = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k-1"}
    answer = client.post(PATH, json=REFUND, headers=bare)
    assert code(answer) == (401, "signature_invalid")
    assert counter.calls[-1].method == "get_signing_key"


def test_a_live_key_reads_unsigned(client, counter):
    counter.answer("exchange", "authenticate_key", {"merchant": "mer_1", "community": "c", "mode": "live", "key": "k"})
    counter.answer("exchange", "list_settlements", {"data": [], "next_cursor": None})
    answer = client.get("/v1/merchant/settlements", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200


def test_a_body_that_was_changed_on_the_way_is_refused(client, counter):
    answer = send(client, signed(), data=b'{"authorization_id": "pay_1", "points": 500, "merchant_reference": "r-1"}')
    assert code(answer) == (401, "signature_invalid")


def test_a_digest_that_was_changed_with_the_body_is_refused(client, counter):
    other = signed(form=REFUND | {"points": 500})
    answer = send(client, signed(), data=other.content, content_digest=other.headers["content-digest"])
    assert code(answer) == (401, "signature_invalid")


@pytest.mark.parametrize("header", ["Idempotency-Key", "Authorization"])
def test_what_is_covered_cannot_be_changed(client, counter, header):
    request = signed()
    request.headers[header] = {"Idempotency-Key": "k-2", "Authorization": "Bearer sz_live_another"}[header]
    assert code(send(client, request)) == (401, "signature_invalid")


def test_a_key_is_missed_as_such_and_cannot_be_taken_out_of_a_signed_request(client, counter):
    request = httpx.Request("POST", "http://localhost" + PATH, json=REFUND)
    Signature(KEY, KEY_ID, SECRET).sign(request)
    assert code(send(client, request)) == (400, "idempotency_key_missing")
    request = signed()
    del request.headers["Idempotency-Key"]
    assert code(send(client, request)) == (401, "signature_invalid")


def test_a_signature_made_for_another_address_is_refused(client, counter):
    for request in (signed(path="/v1/merchant/authorizations"), signed(host="http://example.org")):
        request.url = httpx.URL("http://localhost" + PATH)
        assert code(send(client, request)) == (401, "signature_invalid")


def test_a_query_is_part_of_what_is_signed(client, counter):
    books = "/v1/merchant/reconciliations"
    assert code(send(client, signed(path=f"{books}?period=2026%2D11"))) == (
        422,
        "invalid_request",
    )  # it is no such form
    request = signed(path=f"{books}?period=2026-11")
    request.url = httpx.URL("http://localhost" + books)
    assert code(send(client, request)) == (401, "signature_invalid")


@pytest.mark.parametrize("skew", [-301, 301])
def test_a_clock_five_minutes_wrong_is_told_so(client, counter, skew):
    answer = send(client, signed(created=datetime.now(UTC) + timedelta(seconds=skew)))
    assert code(answer) == (401, "signature_expired")
    assert abs(answer.json["facts"]["created"] - answer.json["facts"]["now"] - skew) < 5


@pytest.mark.parametrize("skew", [-290, 290])
def test_a_clock_a_little_wrong_does_not_matter(client, counter, skew):
    assert send(client, signed(created=datetime.now(UTC) + timedelta(seconds=skew))).status_code == 201


def test_another_secret_and_another_keys_id_are_refused(client, counter):
    for wrong in (Signature(KEY, KEY_ID, "szs_another"), Signature(KEY, "key_2", SECRET)):
        assert code(send(client, signed(wrong))) == (401, "signature_invalid")


@pytest.mark.parametrize(
    "missing", ['"content-digest" ', '"authorization" ', '"@query" ', ";nonce=", ";alg=", ";created="]
)
def test_nothing_may_be_left_out(client, counter, missing):
    request = signed(nonce="n")
    given = request.headers["signature-input"]
    start = given.index(missing)
    end = start + len(missing) if missing[0] == '"' else (given.find(";", start + 1) % (len(given) + 1))
    request.headers["signature-input"] = given[:start] + given[end:]
    answer = send(client, request)
    assert code(answer) == (401, "signature_invalid")
    assert answer.json["facts"]["reason"]


@pytest.mark.parametrize("rubbish", ["", "x", "sig1=()", 'sig1=("@method");created=a', "sig1=5", "sig1=(", "é"])
def test_rubbish_is_no_signature(client, counter, rubbish):
    assert code(send(client, signed(), signature_input=rubbish)) == (401, "signature_invalid")
    assert code(send(client, signed(), signature=rubbish)) == (401, "signature_invalid")
    assert code(send(client, signed(), content_digest=rubbish)) == (401, "signature_invalid")


def test_a_test_key_may_sign_and_then_must_sign_well(client, counter):
    key = "sz_test_abcdef"
    counter.answer("exchange", "get_signing_key", {"key": "key_3", **signatures.encrypt_secret(SECRET, key)})
    assert send(client, signed(Signature(key, "key_3", SECRET))).status_code == 201
    assert code(send(client, signed(Signature(key, "key_3", "szs_wrong")))) == (401, "signature_invalid")


def test_a_key_of_before_there_were_signatures_cannot_sign(client, counter):
    counter.answer("exchange", "get_signing_key", {"key": KEY_ID, "algorithm": None, "material": None})
    assert code(send(client, signed())) == (401, "signature_invalid")


def test_an_unknown_key_is_refused_before_its_signature_is_looked_at(client, counter):
    counter.answer("exchange", "get_signing_key", KeyInvalid())
    assert code(send(client, signed())) == (401, "key_invalid")


def test_a_merchant_may_sign_with_a_key_of_its_own(client, counter, sign_in):
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    kept = {"merchant_id": "mer_1", "scopes": [], "created_at": "", "revoked_at": None, "id": KEY_ID}
    counter.perform(
        "exchange",
        "issue_key",
        lambda mode, shown, algorithm, **_: kept | {"mode": mode, "shown": shown, "algorithm": algorithm},
    )
    made = client.post("/v1/merchants/mer_1/keys", json={"mode": "live", "public_key": public}, headers=sign_in())
    sent = counter.calls[-1].kwargs
    assert (made.json["signing_secret"], made.json["algorithm"]) == (None, "ed25519")

    counter.answer("exchange", "get_signing_key", {"key": KEY_ID} | {n: sent[n] for n in ("algorithm", "material")})
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert send(client, signed(Signature(made.json["key"], KEY_ID, pem))).status_code == 201
    hmac_of_the_public_key = Signature(made.json["key"], KEY_ID, sent["material"])
    assert code(send(client, signed(hmac_of_the_public_key))) == (401, "signature_invalid")


def test_a_public_key_that_is_none_is_refused(client, sign_in):
    form = {"mode": "live", "public_key": "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----"}
    refused = client.post("/v1/merchants/mer_1/keys", json=form, headers=sign_in())
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/public_key")


def test_behind_a_proxy_the_public_address_is_what_was_signed(settings, counter):
    client = create_app(settings.but(public_url="https://api.example.org"), counter).test_client()
    request = signed(host="https://api.example.org")
    assert send(client, request).status_code == 201
    assert code(send(client, signed(host="http://localhost"))) == (401, "signature_invalid")
