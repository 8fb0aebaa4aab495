"""Health checks, security headers, rate limits and settings."""

import re

import pytest

from contracts.errors import Unavailable
from gateway.app import create_app
from gateway.observability import metrics_response
from gateway.settings import Settings, SettingsError


def test_no_operation_needs_a_method_mini_programs_cannot_send(app):
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"}


def test_the_docs_page_loads_no_assets_from_other_hosts(client):
    assert client.get("/docs").status_code == 308
    assets = re.findall(r'(?:src|href)="([^"]+)"', client.get("/docs/").text)
    assert assets
    assert all(asset.startswith("/docs/") for asset in assets)
    with client.get("/docs/swagger-ui-bundle.js") as asset:
        assert asset.status_code == 200


def test_liveness_always_succeeds_and_readiness_needs_every_service(client, services, monkeypatch):
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready"}
    services.running["review"] = 0
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})

    def without_broker(_services):
        raise Unavailable

    monkeypatch.setattr(services, "consumers", without_broker)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})


def test_metrics_and_readiness_by_service_are_on_the_operators_port_only(settings, services):
    client = create_app(settings.copy_with(metrics_port=9464), services).test_client()
    services.running["review"] = 0
    ready = client.get("/readyz", base_url="http://10.0.0.7:9464")
    assert (ready.status_code, ready.json["broker"], ready.json["services"]["review"]) == (503, True, False)
    assert "gateway_request_seconds" in client.get("/metrics", base_url="http://10.0.0.7:9464").text
    assert client.get("/v1/publications", base_url="http://10.0.0.7:9464").status_code == 404
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Host": "localhost:9464"}).status_code == 404


def test_requests_are_counted_by_route(client, services, sign_in):
    services.answer("registry", "me", Unavailable())
    client.get("/v1/me", headers=sign_in())
    figures = metrics_response().get_data(as_text=True)
    assert 'gateway_request_seconds_count{method="GET",route="/v1/me",status="503"}' in figures


def test_a_request_for_another_host_is_refused(settings, services):
    client = create_app(
        settings.copy_with(public_url="https://a.example", allowed_hosts="b.example, .c.example"), services
    )
    for host, status in (("a.example", 200), ("b.example:8443", 200), ("x.c.example", 200), ("evil.example", 400)):
        answer = client.test_client().get("/healthz", headers={"Host": host})
        assert (host, answer.status_code) == (host, status)
    assert "ALLOWED_HOSTS" in answer.json["detail"]


def test_responses_have_security_headers_and_are_not_cached(client):
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_hsts_is_sent_only_with_https(settings, services):
    client = create_app(settings.copy_with(https=True), services).test_client()
    assert client.get("/healthz").headers["Strict-Transport-Security"]


@pytest.mark.parametrize("limit", [{"rate_limit": "3/minute"}, {"session_rate_limit": "3/minute"}])
def test_a_caller_above_the_rate_limit_gets_429_with_retry_after(settings, services, limit):
    client = create_app(settings.copy_with(**limit), services).test_client()
    answers = [client.post("/v1/sessions", json={}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert (answers[3].json["code"], answers[3].json["retryable"]) == ("rate_limited", True)
    assert 0 < int(answers[3].headers["Retry-After"]) <= 61


def test_persons_behind_one_address_have_separate_rate_limits(settings, services, sign_in):
    services.answer("registry", "me", Unavailable())
    client = create_app(settings.copy_with(rate_limit="1/minute"), services).test_client()
    asked = [client.get("/v1/me", headers=sign_in(person)).status_code for person in ("per_1", "per_2", "per_1")]
    assert asked == [503, 503, 429]


def test_settings_are_read_from_the_environment_and_validated():
    read = Settings.from_env({"JWT_SECRET": "x" * 32, "RPC_DEADLINE": "3.5", "HTTPS": "true", "RPC_LINES": "4"})
    assert (read.rpc_deadline, read.https, read.rpc_lines) == (3.5, True, 4)
    assert "x" * 32 not in repr(read)
    for wrong in ({}, {"JWT_SECRET": "short"}, {"JWT_SECRET": "x" * 32, "RPC_LINES": "many"}):
        with pytest.raises(SettingsError):
            Settings.from_env(wrong)
