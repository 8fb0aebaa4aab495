import threading

import pytest
from werkzeug.serving import make_server

from deploy.fake_wechat import app as fake_wechat


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
    return settings.but(wechat_base_url=wechat)


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


@pytest.mark.parametrize("code", ["used-1", "nonsense"])
def test_a_bad_code_is_refused(client, code):
    answer = client.post("/v1/sessions", json={"wechat_code": code})
    assert (answer.status_code, answer.json["code"]) == (401, "invalid_credentials")


def test_when_wechat_does_not_answer_signing_in_is_unavailable(client, app):
    app.extensions["wechat"] = type(app.extensions["wechat"])("http://127.0.0.1:1", "", "")
    answer = client.post("/v1/sessions", json={"wechat_code": "fake-chen"})
    assert (answer.status_code, answer.json["retryable"]) == (503, True)
