import threading
import time
from datetime import datetime

import jwt
import pytest

from contracts.errors import InvalidCredentials, SecondFactorInvalid, SecondFactorRequired, SessionRevoked
from gateway.security import passwords
from gateway.security.revocations import RevokedSessions

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


def test_two_refreshes_with_one_token_get_the_same_pair(client, services):
    session = {"session": "ses_1", "person": "per_chen", "community": "com_1", "issued_at": int(time.time()) - 3}
    services.perform("registry", "rotate_session", session)
    first, twin, other = (
        client.post("/v1/sessions/refresh", json={"refresh_token": token}).json for token in ("old", "old", "another")
    )
    assert (first["access_token"], first["refresh_token"]) == (twin["access_token"], twin["refresh_token"])
    assert other["refresh_token"] != first["refresh_token"]


@pytest.mark.parametrize("issued_at", [0, 2**31])
def test_a_registry_with_a_wrong_clock_does_not_issue_expired_or_future_tokens(client, services, issued_at):
    session = {"session": "ses_1", "person": "per_chen", "community": "com_1", "issued_at": issued_at}
    services.perform("registry", "rotate_session", session)
    services.answer("registry", "list_bindings", {"data": [], "next_cursor": None})
    token = client.post("/v1/sessions/refresh", json={"refresh_token": "old"}).json["access_token"]
    answer = client.get("/v1/me/bindings", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_closed_session_is_refused_before_its_access_token_expires(client, services, app, sign_in):
    services.answer("registry", "list_bindings", {"data": [], "next_cursor": None})
    headers = sign_in()
    assert client.get("/v1/me/bindings", headers=headers).status_code == 200

    revoked = RevokedSessions(900)
    revoked.update(lambda since: {"sessions": ["ses_1"], "as_of": "2026-11-20T02:00:00Z"})
    app.extensions["revoked_sessions"] = revoked

    answer = client.get("/v1/me/bindings", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "session_revoked")
    assert [call.method for call in services.calls] == ["list_bindings"]


def test_closed_sessions_are_asked_for_from_the_last_answer_on():
    asked = []

    def fetch(since):
        asked.append(datetime.fromisoformat(since))
        return {"sessions": [f"ses_{len(asked)}"], "as_of": f"2026-11-20T02:0{len(asked)}:00Z"}

    revoked = RevokedSessions(900)
    for _ in range(3):
        revoked.update(fetch)
    assert [each.minute for each in asked[1:]] == [0, 1]
    assert all(f"ses_{number}" in revoked for number in (1, 2, 3))


def test_known_revocations_are_kept_while_the_registry_does_not_answer():
    answers = iter([{"sessions": ["ses_1"], "as_of": "2026-11-20T02:00:00Z"}])
    asked = threading.Event()
    revoked = RevokedSessions(900)

    def fetch(since):
        try:
            return next(answers)
        except StopIteration:
            asked.set()
            threading.Event().wait()  # the registry never answers

    revoked.follow(fetch, 0.001)
    assert asked.wait(10)
    assert "ses_1" in revoked


def test_a_binding_that_waits_for_the_bound_person_gives_no_token(client, services, sign_in):
    services.perform("registry", "bind", {"waiting": True})
    answer = client.post("/v1/me/binding", json={"invite_code": "ABCD"}, headers=sign_in("wx:acc_1", None))
    assert (answer.status_code, answer.json["code"]) == (409, "binding_waits")


def test_a_binding_that_a_second_person_confirms_says_what_they_compare(client, services, sign_in):
    waiting = {"waiting": True, "check_number": "0042", "proposal_id": "ppl_1"}
    services.perform("registry", "bind", waiting)
    answer = client.post("/v1/me/binding", json={"invite_code": "ABCD"}, headers=sign_in("wx:acc_1", None))
    assert (answer.status_code, answer.json["code"]) == (409, "binding_unproven")
    assert answer.json["facts"] == {"check_number": "0042", "proposal_id": "ppl_1"}


def test_the_list_of_sessions_shows_the_one_that_asks(client, services, sign_in):
    at = "2026-11-20T02:00:00Z"
    session = {"client": "phone", "opened_at": at, "refreshed_at": at, "binding_id": None}
    listed = [{"id": id, **session} for id in ("ses_2", "ses_1")]
    services.answer("registry", "list_sessions", {"data": listed, "next_cursor": None})
    answer = client.get("/v1/me/sessions", headers=sign_in())
    assert [(each["id"], each["current"]) for each in answer.json["data"]] == [("ses_2", False), ("ses_1", True)]


def test_a_password_is_changed_with_the_present_one(client, services, sign_in):
    former = passwords.hash_password(PASSWORD)
    services.answer("registry", "own_credential", {"password_hash": former})
    services.perform("registry", "change_password", None)
    form = {"old_password": PASSWORD, "password": "battery staple"}
    assert client.put("/v1/me/password", json=form, headers=sign_in()).status_code == 204
    changed = services.calls[-1].kwargs
    assert (changed["session"], changed["former_hash"]) == ("ses_1", former)
    assert passwords.verify_password("battery staple", changed["password_hash"])


@pytest.mark.parametrize("present", [None, "another password"])
def test_a_password_is_not_changed_without_the_present_one(client, services, sign_in, present):
    password_hash = passwords.hash_password(present) if present else None
    services.answer("registry", "own_credential", {"password_hash": password_hash})
    form = {"old_password": PASSWORD, "password": "battery staple"}
    answers = [client.put("/v1/me/password", json=form, headers=sign_in()) for _ in range(11)]
    assert (answers[0].status_code, answers[0].json["code"]) == (422, "password_wrong")
    assert answers[10].status_code == 429


def from_address(client, address, password):
    form = {"phone": "13800000001", "password": password}
    return client.post("/v1/sessions", json=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_wrong_passwords_of_one_account_are_limited_whatever_address_they_come_from(client, chen):
    answers = [from_address(client, f"203.0.113.{number}", f"guess {number}") for number in range(120)]
    assert answers == [401] * 10 + [429] * 110
    assert from_address(client, "203.0.113.200", PASSWORD) == 429


def test_an_owner_at_an_address_they_know_is_not_locked_out_by_others(client, chen):
    assert from_address(client, "198.51.100.7", PASSWORD) == 201
    for number in range(20):
        from_address(client, f"203.0.113.{number}", "guess")
    assert from_address(client, "198.51.100.7", "mistyped") == 401
    assert from_address(client, "198.51.100.7", PASSWORD) == 201


def test_wrong_passwords_from_an_address_that_the_owner_knows_are_limited_too(client, chen):
    from_address(client, "198.51.100.7", PASSWORD)
    answers = [from_address(client, "198.51.100.7", "guess") for _ in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_an_unknown_phone_is_limited_like_a_known_one(client, services):
    services.answer("registry", "credential", InvalidCredentials())
    answers = [from_address(client, f"203.0.113.{number}", "guess") for number in range(11)]
    assert answers == [401] * 10 + [429]


def test_refreshes_of_many_devices_behind_one_address_are_not_limited(client, services):
    services.perform("registry", "rotate_session", {"session": "ses_1", "person": "per_1", "community": "com_1"})
    answers = [client.post("/v1/sessions/refresh", json={"refresh_token": f"{n}"}).status_code for n in range(50)]
    assert answers == [201] * 50


def test_a_session_that_waits_for_a_second_factor_may_only_enrol_one(client, services):
    session = {"session": "ses_1", "person": "per_chen", "community": "com_1"}
    services.perform("registry", "rotate_session", session | {"limited": True})
    services.perform("registry", "enrol_second_factor", None)
    services.perform("registry", "confirm_second_factor", session | {"limited": False})
    services.answer("registry", "list_bindings", {"data": [], "next_cursor": None})
    limited = client.post("/v1/sessions/refresh", json={"refresh_token": "old"}).json
    assert limited["limited"]
    headers = {"Authorization": f"Bearer {limited['access_token']}"}

    refused = client.get("/v1/me/bindings", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_missing")
    enrolled = client.post("/v1/me/second-factor", headers=headers)
    assert enrolled.json["secret"] in enrolled.json["uri"]
    assert services.calls[-1].kwargs["secret"] == enrolled.json["secret"]
    full = client.post("/v1/me/second-factor/confirm", json={"code": "123456"}, headers=headers).json
    headers = {"Authorization": f"Bearer {full['access_token']}"}
    assert client.get("/v1/me/bindings", headers=headers).status_code == 200


@pytest.mark.parametrize("way", ["password", "wechat"])
def test_codes_of_one_account_are_guessed_ten_times_at_most(client, services, chen, app, way, monkeypatch):
    services.perform("registry", "open_session", SecondFactorInvalid())
    services.perform("registry", "wechat_session", SecondFactorInvalid())
    monkeypatch.setattr(app.extensions["wechat"], "openid", lambda code: "openid of chen")
    forms = {"password": {"phone": "13800000001", "password": PASSWORD}, "wechat": {"wechat_code": "c"}}
    answers = [
        client.post(
            "/v1/sessions",
            json=forms[way] | {"code": f"{number:06}"},
            environ_base={"REMOTE_ADDR": f"203.0.113.{number}"},
        ).status_code
        for number in range(12)
    ]
    assert answers == [401] * 10 + [429] * 2


def test_the_code_is_asked_for_only_after_the_right_password(client, services, chen):
    services.perform("registry", "open_session", SecondFactorRequired())
    wrong, right = sign_in_with(client, "wrong"), sign_in_with(client, PASSWORD)
    assert (wrong.json["code"], right.json["code"]) == ("invalid_credentials", "second_factor_required")
