"""Rate limits and attempts hold over all processes of a gateway, and while Redis is down."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from contracts.errors import InvalidCredentials
from deploy.local import ports
from gateway.app import create_app
from gateway.security.counters import MachineStorage
from gateway.security.limit_watch import SparseLog
from gateway.settings import Settings
from tests.gateway.conftest import Services

GUESS = {"phone": "13800000001", "password": "guess"}
_COUNT = """
import sys
from gateway.security.counters import MachineStorage
storage = MachineStorage(sys.argv[1])
for _ in range(200):
    storage.incr("account", 60)
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "counters.sqlite")


def test_processes_that_count_at_once_lose_no_count(file: str) -> None:
    uri = f"machine://{file}"
    MachineStorage(uri).close()
    counting = [subprocess.Popen([sys.executable, "-c", _COUNT, uri]) for _ in range(3)]
    assert [process.wait(60) for process in counting] == [0, 0, 0]
    assert MachineStorage(uri).get("account") == 600


def test_a_counter_begins_anew_when_it_has_expired(file: str) -> None:
    storage = MachineStorage(f"machine://{file}")
    assert [storage.incr("a", 60), storage.incr("a", 60, 3)] == [1, 4]
    assert storage.get_expiry("a") == pytest.approx(time.time() + 60, abs=5)
    storage._connection.execute("UPDATE counters SET expires_at = 0")
    assert (storage.get("a"), storage.incr("a", 60)) == (0, 1)


def test_expired_counters_are_deleted(file: str) -> None:
    storage = MachineStorage(f"machine://{file}")
    for number in range(10):
        storage.incr(f"ip:{number}", -1)
    storage._swept_at = float("-inf")
    storage.incr("ip:new", 60)
    assert storage._connection.execute("SELECT name FROM counters").fetchall() == [("ip:new",)]


@pytest.mark.parametrize("redis_is_configured", [False, True])
def test_wrong_passwords_are_counted_over_all_processes_with_redis_down_or_without_one(
    settings: Settings, services: Services, file: str, redis_is_configured: bool
) -> None:
    redis = f"redis://127.0.0.1:{ports.free()}" if redis_is_configured else ""
    limited = settings.copy_with(account_rate_limit="3/minute", counters_file=file, ratelimit_storage_uri=redis)
    services.answer("registry", "credential", InvalidCredentials())
    processes = [create_app(limited, services).test_client() for _ in range(5)]
    statuses = [process.post("/v1/sessions", json=GUESS).status_code for process in processes]
    assert statuses == [401, 401, 401, 429, 429]


def test_a_password_is_not_tried_when_attempts_cannot_be_counted(
    settings: Settings, services: Services, file: str
) -> None:
    client = create_app(settings.copy_with(counters_file=file), services).test_client()
    with MachineStorage(f"machine://{file}")._connection as connection:
        connection.execute("DROP TABLE counters")
    refused = client.post("/v1/sessions", json=GUESS)
    assert (refused.status_code, services.calls) == (503, [])


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_refusal_by_a_limit_is_counted_in_the_metrics(settings: Settings, services: Services) -> None:
    client = create_app(settings.copy_with(rate_limit="7/minute"), services).test_client()
    before = metric("gateway_limited_requests_total", limit="7 per 1 minute")
    assert [client.post("/v1/sessions", json={}).status_code for _ in range(9)][-2:] == [429, 429]
    assert metric("gateway_limited_requests_total", limit="7 per 1 minute") == before + 2


@pytest.mark.parametrize(
    ("trusted", "forwarded", "proxies"),
    [
        (0, None, None),
        (0, "203.0.113.9", "untrusted"),
        (0, "127.0.0.1", None),
        (1, "203.0.113.9", None),
        (1, None, "missing"),
        (2, "203.0.113.9", "missing"),
        (2, "203.0.113.9, 10.0.0.2", None),
    ],
)
def test_proxies_that_do_not_fit_the_setting_are_counted(
    settings: Settings, services: Services, trusted: int, forwarded: str | None, proxies: str | None
) -> None:
    client = create_app(settings.copy_with(trusted_proxies=trusted), services).test_client()
    counted = {kind: metric("gateway_misforwarded_requests_total", proxies=kind) for kind in ("missing", "untrusted")}
    client.get("/readyz", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    client.get("/healthz")
    after = {kind: metric("gateway_misforwarded_requests_total", proxies=kind) for kind in counted}
    assert {kind for kind in counted if after[kind] > counted[kind]} == ({proxies} if proxies else set())


def test_a_line_is_logged_once_and_then_says_how_many_were_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sparse = SparseLog(seconds=3600)
    for _ in range(5):
        sparse.warning("rate_limited", "600 per 1 minute")
    sparse._last.clear()
    sparse.warning("rate_limited", "600 per 1 minute")
    lines = [line for line in capsys.readouterr().out.splitlines() if "rate_limited" in line]
    assert [("left_out=0" in line, "left_out=4" in line) for line in lines] == [(True, False), (False, True)]
