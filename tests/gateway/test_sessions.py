import jwt
import pytest

from contracts.errors import InvalidCredentials, SessionRevoked
from gateway.security import passwords

PASSWORD = "correct horse"


@pytest.fixture
def chen(services):
    services.answer(
        "registry",
        "credential",
        {"person": "per_chen", "community": "com_1", "password_hash": passwords.hash_password(PASSWORD)},
    )
    services.perform("registry", "open_session", {"session": "ses_1", "person": "per_chen", "community": "com_1"})


def sign_in_with(client, password):
    return client.post("/v1/sessions", json={"phone": "13800000001", "password": password})


def test_a_correct_password_opens_a_session(client, services, chen):
    answer = sign_in_with(client, PASSWORD)
    assert answer.status_code == 201
    assert answer.json["person_id"] == "per_chen"
    claims = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    assert claims["sub"] == "per_chen"
    assert claims["com"] == "com_1"
    assert claims["exp"] - claims["iat"] == 900


def test_the_registry_gets_only_the_hash_of_a_refresh_token(client, services, chen):
    answer = sign_in_with(client, PASSWORD)
    assert answer.json["refresh_token"] not in str(services.calls)
    assert len(services.calls[-1].kwargs["refresh_hash"]) == 64


def test_a_wrong_password_and_an_unknown_phone_are_refused_alike(client, services, chen):
    wrong = sign_in_with(client, "wrong")
    services.answer("registry", "credential", InvalidCredentials())
    unknown = sign_in_with(client, PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json["code"] == unknown.json["code"] == "invalid_credentials"
    assert wrong.headers["WWW-Authenticate"] == 'Bearer realm="shanzhi"'


@pytest.mark.parametrize(
    "form", [{}, {"phone": "13800000001"}, {"wechat_code": "c", "phone": "13800000001", "password": "p"}]
)
def test_signing_in_needs_exactly_one_method(client, form):
    answer = client.post("/v1/sessions", json=form)
    assert answer.status_code == 422
    assert answer.json["errors"] == [{"pointer": "", "detail": "请提供 wechat_code，或 phone 与 password"}]


def test_signing_in_ignores_the_idempotency_key(client, services, chen):
    client.post(
        "/v1/sessions",
        json={"phone": "13800000001", "password": PASSWORD},
        headers={"Idempotency-Key": "k"},
    )
    assert "idempotency" not in services.calls[-1].context


def test_a_refresh_gives_new_tokens(client, services):
    services.perform("registry", "rotate_session", {"session": "ses_1", "person": "per_chen", "community": "com_1"})
    answer = client.post("/v1/sessions/refresh", json={"refresh_token": "old"})
    assert answer.status_code == 201
    assert answer.json["refresh_token"] != "old"


@pytest.mark.parametrize("reply", [SessionRevoked(), {"revoked": True}], ids=["closed before", "closed by this"])
def test_a_revoked_session_is_not_refreshed(client, services, reply):
    services.perform("registry", "rotate_session", reply)
    answer = client.post("/v1/sessions/refresh", json={"refresh_token": "old"})
    assert (answer.status_code, answer.json["code"]) == (401, "session_revoked")


def test_signing_out_closes_the_session_of_the_token(client, services, sign_in):
    services.perform("registry", "close_session", None)
    answer = client.delete("/v1/sessions/current", headers=sign_in())
    assert answer.status_code == 204
    assert services.calls[-1].kwargs == {"session": "ses_1"}


def test_an_unbound_wechat_account_may_only_bind(client, services, sign_in):
    services.perform("registry", "bind", {"person": "per_chen", "community": "com_1"})
    headers = sign_in("wx:acc_1", None)
    refused = client.get("/v1/me", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (401, "not_bound")
    bound = client.post("/v1/me/binding", json={"invite_code": "ABCD"}, headers=headers)
    assert bound.status_code == 201
    assert services.calls[-1].kwargs == {"account": "acc_1", "invite_code": "ABCD"}
    claims = jwt.decode(bound.json["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["sid"]) == ("per_chen", "ses_1")


def test_a_resident_cannot_bind_again(client, sign_in):
    answer = client.post("/v1/me/binding", json={"invite_code": "ABCD"}, headers=sign_in())
    assert (answer.status_code, answer.json["code"]) == (409, "already_bound")
