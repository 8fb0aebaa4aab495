"""The Idempotency-Key header."""

import io
from typing import Any, Protocol

import pytest
from flask.views import MethodView
from flask_smorest.fields import Upload
from nameko.exceptions import serialize

from contracts import fields
from contracts.errors import IdempotencyKeyReused, RequestInProgress, Unavailable
from contracts.rpc import Caller, command
from gateway.app import create_app
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.rpc import client as rpc_client
from gateway.rpc.errors import from_reply
from gateway.schemas import Schema
from gateway.security.auth import actor, signed_in
from gateway.security.merchant_keys import for_merchants


class ClaimsApi(Protocol):
    @command
    def declare(self, *, actor: Caller, item_id: str, note: str = "") -> Any: ...


class ExchangeApi(Protocol):
    @command
    def redeem(self, *, actor: Caller) -> Any: ...


claims: ClaimsApi = rpc_client("claims", ClaimsApi)
exchange: ExchangeApi = rpc_client("exchange", ExchangeApi)


class DeedForm(Schema):
    item_id = fields.Id("itm", required=True)
    note = fields.Text(100)


class PhotoForm(Schema):
    file = Upload(required=True)


@pytest.fixture
def app(settings, services, monkeypatch):
    blp = Blueprint("deeds", __name__)

    @blp.route("/v1/deeds")
    class Deeds(MethodView):
        @signed_in
        @blp.arguments(DeedForm)
        @blp.response(201)
        def post(self, form):
            return claims.declare(actor=actor(), **form)

    @blp.route("/v1/pairs")
    class Pairs(MethodView):
        @signed_in
        @blp.arguments(DeedForm)
        @blp.response(201)
        def post(self, form):
            return [claims.declare(actor=actor(), item_id=item) for item in ("itm_1", "itm_2")]

    @blp.route("/v1/photos")
    class Photos(MethodView):
        @signed_in
        @blp.arguments(PhotoForm, location="files")
        @blp.response(201)
        def post(self, files):
            return claims.declare(actor=actor(), item_id="itm_1")

    @blp.route("/v1/merchant/redemptions")
    class Redemptions(MethodView):
        @for_merchants("vouchers")
        @idempotency.required
        @blp.response(201)
        def post(self):
            return exchange.redeem(actor=actor())

    monkeypatch.setattr("gateway.app.BLUEPRINTS", [blp])
    services.perform("claims", "declare", {"id": "clm_1"})
    return create_app(settings, services)


def post(client, sign_in, key, path="/v1/deeds", person="per_chen", **kwargs):
    kwargs = kwargs or {"json": {"item_id": "itm_1", "note": "扫地"}}
    return client.post(path, headers=sign_in(person) | ({"Idempotency-Key": key} if key else {}), **kwargs)


def sent(services):
    return [call.context.get("idempotency") for call in services.calls]


def test_a_key_is_sent_with_the_caller_and_a_digest_of_the_request(client, services, sign_in):
    post(client, sign_in, "k1")
    post(client, sign_in, "k1", data='{"note": "扫地",  "item_id":"itm_1"}', content_type="application/json")
    first, second = sent(services)
    assert first == second
    assert (first["key"], first["caller"]) == ("k1", "per_chen")


def test_the_digest_depends_on_body_and_path_and_the_caller_on_the_person(client, services, sign_in):
    post(client, sign_in, "k1")
    post(client, sign_in, "k1", json={"item_id": "itm_2"})
    post(client, sign_in, "k1", path="/v1/deeds?", json={"item_id": "itm_1", "note": "扫 地"})
    post(client, sign_in, "k1", path="/v1/pairs", json={"item_id": "itm_1", "note": "扫地"})
    assert len({each["digest"] for each in sent(services)}) == 4
    post(client, sign_in, "k1", person="per_wang")
    assert sent(services)[-1]["caller"] == "per_wang"


def test_the_digest_of_an_upload_depends_on_its_content(client, services, sign_in):
    for content in (b"one", b"one", b"two"):
        form = {"kind": "photo", "file": (io.BytesIO(content), "a.jpg")}
        post(client, sign_in, "k1", path="/v1/photos", data=form)
    one, again, two = (each["digest"] for each in sent(services))
    assert one == again != two


def test_without_a_key_none_is_sent(client, services, sign_in):
    post(client, sign_in, None)
    assert sent(services) == [None]


def test_two_commands_of_one_request_have_different_keys(client, services, sign_in):
    post(client, sign_in, "k1", path="/v1/pairs")
    assert [each["key"] for each in sent(services)] == ["k1", "k1:2"]


@pytest.mark.parametrize("key", ["x" * 256, "a\tb", "钥匙".encode().decode("latin-1")])
def test_a_key_must_be_short_and_printable(client, services, sign_in, key):
    answer = post(client, sign_in, key)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed_request")


def test_a_replayed_response_is_marked(client, services, sign_in):
    assert "Idempotent-Replayed" not in post(client, sign_in, "k1").headers
    services.perform("claims", "declare", {"id": "clm_1"}, replayed=True)
    answer = post(client, sign_in, "k1")
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.json == {"id": "clm_1"}


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (RequestInProgress(), 409),
        (IdempotencyKeyReused(), 422),
        (Unavailable(), 503),
    ],
)
def test_errors_of_messaging_become_problems(client, services, sign_in, raised, status):
    services.perform("claims", "declare", from_reply(serialize(raised)))
    answer = post(client, sign_in, "k1")
    assert (answer.status_code, answer.json["code"], answer.json["title"]) == (status, raised.code, raised.message)
    assert answer.json["retryable"] is raised.retryable
    assert ("Retry-After" in answer.headers) is raised.retryable


def test_merchants_must_send_a_key(client, services):
    key = {"merchant": "mer_1", "community": "com_1", "mode": "test", "key": "key_1"}
    services.answer("exchange", "authenticate_key", key)
    services.perform("exchange", "redeem", {})
    bearer = {"Authorization": "Bearer sz_test_abc"}
    refused = client.post("/v1/merchant/redemptions", headers=bearer)
    assert (refused.status_code, refused.json["code"]) == (400, "idempotency_key_missing")
    assert client.post("/v1/merchant/redemptions", headers=bearer | {"Idempotency-Key": "k"}).status_code == 201
    assert sent(services)[-1]["caller"] == "mer_1:test"
    assert services.calls[-1].kwargs["actor"] == {"person": None, **key}
    assert services.calls[0].kwargs["scopes"] == ["vouchers"]
    assert "sz_test" not in str(services.calls)


def test_a_persons_token_is_refused_by_operations_for_merchants(client, sign_in):
    answer = client.post("/v1/merchant/redemptions", headers=sign_in() | {"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json["code"]) == (401, "key_invalid")
