import threading
import time

import pytest
from werkzeug.serving import make_server

from deploy.fake_wechat import app as fake_wechat
from gateway.security import auth


@pytest.fixture(scope="module")
def wechat():
    server = make_server("127.0.0.1", 0, fake_wechat, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(settings, wechat):
    return settings.copy_with(wechat_base_url=wechat)


def test_a_wechat_code_signs_in_a_bound_account(client, services):
    services.perform("registry", "wechat_session", {"session": "ses_1", "person": "per_chen", "community": "com_1"})
    first = client.post("/v1/sessions", json={"wechat_code": "fake-chen"})
    client.post("/v1/sessions", json={"wechat_code": "fake-chen"})
    client.post("/v1/sessions", json={"wechat_code": "fake-wang"})
    assert first.json["person_id"] == "per_chen"
    chen, again, wang = (call.kwargs["openid"] for call in services.calls)
    assert chen == again != wang


def test_an_unbound_account_gets_tokens_of_its_own(client, services):
    services.perform(
        "registry",
        "wechat_session",
        {"session": "ses_1", "person": None, "community": None, "account": "acc_1"},
    )
    answer = client.post("/v1/sessions", json={"wechat_code": "fake-chen"})
    assert (answer.status_code, answer.json["person_id"]) == (201, None)
    assert "session_key" not in answer.text


@pytest.mark.parametrize("code", ["phone-+49-15112345678", "phone-+852-13800000001"])
def test_a_phone_number_of_another_country_binds_nobody(client, services, sign_in, code):
    answer = client.post("/v1/me/binding", json={"phone_code": code}, headers=sign_in("wx:acc_1", None))
    assert (answer.status_code, answer.json["code"]) == (422, "phone_country_unsupported")
    assert services.calls == []


@pytest.mark.parametrize("code", ["used-1", "nonsense"])
def test_a_bad_code_is_refused(client, code):
    answer = client.post("/v1/sessions", json={"wechat_code": code})
    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")


def test_when_wechat_does_not_answer_signing_in_is_unavailable(client, app):
    app.extensions["wechat"] = type(app.extensions["wechat"])("http://127.0.0.1:1", "", "")
    answer = client.post("/v1/sessions", json={"wechat_code": "fake-chen"})
    assert (answer.status_code, answer.json["retryable"]) == (503, True)


@pytest.fixture
def unbound(app):
    with app.test_request_context():
        return {"Authorization": f"Bearer {auth.issue_access_token('wx:acc_1', None, 'ses_1')}"}


def test_a_phone_that_wechat_vouches_for_binds_its_account(client, services, unbound):
    services.perform("registry", "bind_by_phone", {"person": "per_chen", "community": "com_1"})

    answer = client.post("/v1/me/binding", json={"phone_code": "phone-13800000001"}, headers=unbound)

    assert (answer.status_code, answer.json["person_id"]) == (201, "per_chen")
    assert services.calls[-1].kwargs == {"account": "acc_1", "phone": "13800000001"}


def test_a_token_wechat_no_longer_takes_is_fetched_anew(client, services, app, unbound):
    services.perform("registry", "bind_by_phone", {"person": "per_chen", "community": "com_1"})
    wechat = app.extensions["wechat"]
    wechat._token, wechat._token_ends = "an old one", time.monotonic() + 7200

    answer = client.post("/v1/me/binding", json={"phone_code": "phone-13800000001"}, headers=unbound)

    assert answer.status_code == 201


@pytest.mark.parametrize("code", ["used-1", "nonsense"])
def test_a_bad_phone_code_is_refused(client, unbound, code):
    answer = client.post("/v1/me/binding", json={"phone_code": code}, headers=unbound)

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize("form", [{}, {"invite_code": "x", "phone_code": "y"}, {"community_id": "com_1"}])
def test_there_is_one_way_of_binding_at_a_time(client, unbound, form):
    assert client.post("/v1/me/binding", json=form, headers=unbound).status_code == 422
