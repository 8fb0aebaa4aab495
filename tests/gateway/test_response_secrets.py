"""Secrets in responses: a repeat returns the same ones, and services store them encrypted (R28)."""

import secrets
from typing import Any, Protocol

import pytest
from flask.views import MethodView

from contracts.rpc import Caller, command
from gateway.app import create_app
from gateway.blueprint import Blueprint
from gateway.rpc import client, returning_secrets
from gateway.security import auth
from gateway.security.auth import actor, signed_in


class KeysApi(Protocol):
    @command
    def make(self, *, actor: Caller, sealed: str | None = None) -> Any: ...


keys: KeysApi = client("claims", KeysApi)


class StoringService:
    """A service that stores its responses by idempotency key."""

    def __init__(self, services):
        self.stored, self._services = {}, services

    def call(self, service, method, kwargs, context):
        self._services.call(service, method, kwargs, context)
        identity = context.get("idempotency")
        if identity is None:
            return {"data": {"id": "key_1", "sealed": kwargs["sealed"]}, "replayed": False}
        replayed = identity["key"] in self.stored
        answer = self.stored.setdefault(identity["key"], {"id": "key_1", "sealed": kwargs["sealed"]})
        return {"data": dict(answer), "replayed": replayed}


@pytest.fixture
def service(services):
    services.perform("claims", "make", {})
    return StoringService(services)


@pytest.fixture
def new_client(settings, service, monkeypatch):
    """Return a function that creates the client of a gateway with one operation, which returns a new secret."""
    blp = Blueprint("keys", __name__)

    @blp.route("/v1/keys")
    class Keys(MethodView):
        @signed_in
        @blp.response(201)
        def post(self):
            return returning_secrets(keys.make, {"key": secrets.token_hex(16)})(actor=actor())

    monkeypatch.setattr("gateway.app.BLUEPRINTS", [blp])
    return lambda **other: create_app(settings.copy_with(**other), service).test_client()


def post_key(client, headers, key="k1"):
    return client.post("/v1/keys", headers=headers | ({"Idempotency-Key": key} if key else {}))


def test_a_repeat_returns_the_same_secret_from_any_gateway(new_client, sign_in):
    first = post_key(new_client(), sign_in())
    again = post_key(new_client(), sign_in())
    assert first.data == again.data
    assert (again.headers["Idempotent-Replayed"], list(again.json)) == ("true", ["id", "key"])
    assert post_key(new_client(), sign_in(), key="k2").json["key"] != first.json["key"]


def test_the_service_never_gets_the_secret_in_plain_text(new_client, sign_in, services, service):
    secret = post_key(new_client(), sign_in()).json["key"]
    assert secret not in str(service.stored)
    assert secret not in str(services.calls)


def test_without_a_key_the_secret_is_not_stored(new_client, sign_in, services):
    assert post_key(new_client(), sign_in(), key=None).json["key"]
    assert services.calls[-1].kwargs["sealed"] is None


def test_a_stored_secret_cannot_be_decrypted_for_another_request(new_client, sign_in, service):
    secret = post_key(new_client(), sign_in()).json["key"]
    service.stored["k2"] = service.stored["k1"]
    answer = post_key(new_client(), sign_in(), key="k2")
    assert (answer.status_code, secret in answer.text) == (500, False)


def test_the_digest_of_a_request_depends_on_the_gateways_secret(new_client, sign_in, services):
    post_key(new_client(), sign_in(), key="k1")
    post_key(*client_with_other_secret(new_client), key="k2")
    first, second = (call.context["idempotency"]["digest"] for call in services.calls)
    assert first != second


def client_with_other_secret(new_client):
    """Return the client of a gateway with another JWT secret, and headers of the same person."""
    client = new_client(jwt_secret="another secret of the tests, long enough for HS256")
    with client.application.test_request_context():
        return client, {"Authorization": f"Bearer {auth.issue_access_token('per_chen', 'com_changning', 'ses_1')}"}
