"""Secrets that answers tell: a repeat is told the same ones, and nobody else can read what is kept of them (R28)."""

import secrets

import pytest
from flask.views import MethodView

from gateway.app import create_app
from gateway.blueprint import Blueprint
from gateway.rpc import rpc
from gateway.security import auth
from gateway.security.auth import actor, signed_in


class Keeper:
    """A service that keeps its answers by idempotency key."""

    def __init__(self, services):
        self.kept, self._services = {}, services

    def call(self, service, method, kwargs, context):
        self._services.call(service, method, kwargs, context)
        once = context.get("idempotency")
        if once is None:
            return {"data": {"id": "key_1", "sealed": kwargs["sealed"]}, "replayed": False}
        replayed = once["key"] in self.kept
        answer = self.kept.setdefault(once["key"], {"id": "key_1", "sealed": kwargs["sealed"]})
        return {"data": dict(answer), "replayed": replayed}


@pytest.fixture
def keeper(services):
    services.perform("claims", "make", {})
    return Keeper(services)


@pytest.fixture
def door(settings, keeper, monkeypatch):
    """A gateway with one operation that tells a new secret; `door(…)` is one with other settings."""
    blp = Blueprint("keys", __name__)

    @blp.route("/v1/keys")
    class Keys(MethodView):
        @signed_in
        @blp.response(201)
        def post(self):
            return rpc.command("claims", "make", telling={"key": secrets.token_hex(16)}, actor=actor())

    monkeypatch.setattr("gateway.app.BLUEPRINTS", [blp])
    return lambda **other: create_app(settings.but(**other), keeper).test_client()


def ask(client, headers, key="k1"):
    return client.post("/v1/keys", headers=headers | ({"Idempotency-Key": key} if key else {}))


def test_a_repeat_is_told_the_same_secret_by_whichever_gateway(door, sign_in):
    first = ask(door(), sign_in())
    again = ask(door(), sign_in())
    assert first.data == again.data
    assert (again.headers["Idempotent-Replayed"], list(again.json)) == ("true", ["id", "key"])
    assert ask(door(), sign_in(), key="k2").json["key"] != first.json["key"]


def test_what_is_kept_tells_nothing(door, sign_in, services, keeper):
    told = ask(door(), sign_in()).json["key"]
    assert told not in str(keeper.kept)
    assert told not in str(services.calls)


def test_without_a_key_nothing_is_kept(door, sign_in, services):
    assert ask(door(), sign_in(), key=None).json["key"]
    assert services.calls[-1].kwargs["sealed"] is None


def test_what_was_kept_for_one_request_opens_for_no_other(door, sign_in, keeper):
    told = ask(door(), sign_in()).json["key"]
    keeper.kept["k2"] = keeper.kept["k1"]
    answer = ask(door(), sign_in(), key="k2")
    assert (answer.status_code, told in answer.text) == (500, False)


def test_the_digest_of_a_request_cannot_be_made_without_the_gateways_secret(door, sign_in, services):
    ask(door(), sign_in(), key="k1")
    ask(*renewed(door), key="k2")
    first, second = (call.context["idempotency"]["digest"] for call in services.calls)
    assert first != second


def renewed(door):
    """A gateway after its secret was changed, and the same person, signed in there."""
    client = door(jwt_secret="another secret of the tests, long enough for HS256")
    with client.application.test_request_context():
        return client, {"Authorization": f"Bearer {auth.issue_access_token('per_chen', 'com_changning', 'ses_1')}"}
