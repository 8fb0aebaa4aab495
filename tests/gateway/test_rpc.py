"""The connection pool with a real broker and a real nameko service."""

import os
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from kombu.utils.url import parse_url
from nameko.exceptions import RemoteError
from prometheus_client import REGISTRY

from contracts.errors import OutOfStock, Unavailable
from gateway.rpc import ConnectionPool
from gateway.rpc.connection import Call
from tests.gateway.tcp_proxy import TcpProxy


class EchoProcess:
    """The echo service as a process with a unique name."""

    def __init__(self, folder, amqp_uri):
        self._amqp_uri = amqp_uri
        self.name = f"echo-{uuid.uuid4().hex[:8]}"
        self._config = folder / "echo.yaml"
        self._config.write_text(f"AMQP_URI: {amqp_uri}\n")
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nameko", "run", "--config", self._config, "tests.gateway.echo_service:EchoService"],
            env=os.environ | {"ECHO_NAME": self.name, "PYTHONWARNINGS": "ignore"},
        )
        pool, deadline = ConnectionPool(self._amqp_uri), time.monotonic() + 20
        while not self._is_running(pool):
            assert time.monotonic() < deadline, "the echo service does not start"
            assert self._process.poll() is None, "the echo service ended"
            time.sleep(0.05)
        pool.close()

    def _is_running(self, pool):
        try:
            return pool.consumers([self.name])[self.name]
        except Unavailable:
            return False

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def echo(tmp_path_factory, amqp_uri):
    echo = EchoProcess(tmp_path_factory.mktemp("echo"), amqp_uri)
    echo.start()
    yield echo
    echo.kill()


@pytest.fixture
def proxy(amqp_uri):
    broker = parse_url(amqp_uri)
    proxy = TcpProxy(broker["hostname"], broker["port"] or 5672)
    yield proxy
    proxy.close()


@pytest.fixture
def pool(proxy, amqp_uri):
    broker = parse_url(amqp_uri)
    pool = ConnectionPool(
        f"amqp://{broker['userid']}:{broker['password']}@127.0.0.1:{proxy.port}/{broker['virtual_host'] or ''}",
        size=6,
        deadline=2.0,
    )
    yield pool
    proxy.unfreeze()
    pool.close()


def call(pool, echo, method, **kwargs):
    return pool.call(echo.name, method, kwargs, {"request_id": "r"})


def connections_opened():
    return REGISTRY.get_sample_value("gateway_rpc_connections_opened_total")


def test_concurrent_calls_get_their_own_results(pool, echo):
    before = connections_opened()
    values = [f"{thread}-{number}" for thread in range(6) for number in range(30)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda value: call(pool, echo, "echo", value=value), values))
    assert answers == values
    assert connections_opened() - before <= 6


def test_a_refusal_keeps_its_facts_and_the_connection(pool, echo):
    call(pool, echo, "echo", value=1)
    before = connections_opened()
    with pytest.raises(OutOfStock) as caught:
        call(pool, echo, "refuse")
    assert caught.value.facts == {"left": 0}
    with pytest.raises(RemoteError):
        call(pool, echo, "fail")
    assert call(pool, echo, "echo", value=2) == 2
    assert connections_opened() == before


def test_the_next_call_works_after_the_connection_was_closed(pool, echo, proxy):
    for number in range(3):
        assert call(pool, echo, "echo", value=number) == number
        proxy.cut()


def test_a_call_without_reply_ends_at_its_deadline(pool, echo):
    started = time.monotonic()
    with pytest.raises(Unavailable):
        call(pool, echo, "sleep", seconds=4)
    assert 1.9 < time.monotonic() - started < 3.5
    assert call(pool, echo, "echo", value=1) == 1


def test_calls_to_a_frozen_broker_end_at_their_deadline(pool, echo, proxy):
    call(pool, echo, "echo", value=1)
    proxy.freeze()
    started = time.monotonic()
    for _ in ("on an open connection", "connecting"):
        with pytest.raises(Unavailable):
            call(pool, echo, "echo", value=2)
    assert time.monotonic() - started < 5
    proxy.unfreeze()
    assert call(pool, echo, "echo", value=3) == 3


def test_calls_fail_at_once_without_a_broker_and_work_when_it_returns(pool, echo, proxy):
    call(pool, echo, "echo", value=1)
    proxy.refuse()
    started = time.monotonic()
    with pytest.raises(Unavailable):
        call(pool, echo, "echo", value=2)
    assert time.monotonic() - started < 2
    proxy.accept()
    assert call(pool, echo, "echo", value=3) == 3


def test_calls_above_the_pool_size_wait_until_the_deadline(proxy, pool, echo):
    started = time.monotonic()
    with ThreadPoolExecutor(7) as threads:
        waiting = [threads.submit(call, pool, echo, "sleep", seconds=30) for _ in range(7)]
    assert all(isinstance(each.exception(), Unavailable) for each in waiting)
    assert time.monotonic() - started < 4


def test_a_service_without_queue_is_unavailable_at_once(pool, echo):
    started = time.monotonic()
    with pytest.raises(Unavailable):
        pool.call("unknown", "anything", {}, {})
    assert time.monotonic() - started < 2
    assert pool.consumers([echo.name, "unknown"]) == {echo.name: 1, "unknown": 0}


def test_a_failed_call_is_not_executed_later(pool, echo):
    echo.kill()
    with pytest.raises(Unavailable):
        call(pool, echo, "remember", value="stale")
    echo.start()
    call(pool, echo, "remember", value="fresh")
    assert call(pool, echo, "recall") == ["fresh"]


def test_calls_sent_together_take_as_long_as_the_slowest_and_are_answered_in_order(echo, pool):
    asked = [Call(echo.name, "sleep", {"seconds": 0.7}), Call(echo.name, "echo", {"value": 1})] * 2
    started = time.monotonic()
    outcomes = pool.call_together(asked, {"request_id": "r"})
    assert 0.7 <= time.monotonic() - started < 1.4
    assert [outcome.result for outcome in outcomes] == [None, 1, None, 1]


def test_of_calls_sent_together_each_has_its_own_error(echo, pool):
    asked = [Call(echo.name, "refuse", {}), Call("unknown", "anything", {}), Call(echo.name, "echo", {"value": 1})]
    outcomes = pool.call_together(asked, {"request_id": "r"})
    assert [type(outcome.error) for outcome in outcomes] == [OutOfStock, Unavailable, type(None)]
    assert outcomes[2].result == 1


def test_a_call_without_reply_leaves_the_others_theirs_and_ends_its_connection(echo, pool):
    asked = [Call(echo.name, "echo", {"value": 1}), Call(echo.name, "sleep", {"seconds": 4})]
    answered, silent = pool.call_together(asked, {"request_id": "r"})
    assert (answered.result, answered.error) == (1, None)
    assert isinstance(silent.error, Unavailable)
    assert call(pool, echo, "echo", value=2) == 2
