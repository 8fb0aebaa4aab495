"""The pool of lines against a real broker and a real nameko service."""

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
from tests.gateway.relay import Relay


class Echo:
    """The echo service as a process, under a name nobody else has."""

    def __init__(self, folder, amqp_uri):
        self._amqp_uri = amqp_uri
        self.name = f"echo-{uuid.uuid4().hex[:8]}"
        self._config = folder / "echo.yaml"
        self._config.write_text(f"AMQP_URI: {amqp_uri}\n")
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nameko", "run", "--config", self._config, "tests.gateway.echo:Echo"],
            env=os.environ | {"ECHO_NAME": self.name, "PYTHONWARNINGS": "ignore"},
        )
        pool, until = ConnectionPool(self._amqp_uri), time.monotonic() + 20
        while not self._is_there(pool):
            assert time.monotonic() < until, "the echo service does not start"
            assert self._process.poll() is None, "the echo service ended"
            time.sleep(0.05)
        pool.close()

    def _is_there(self, pool):
        try:
            return pool.consumers([self.name])[self.name]
        except Unavailable:
            return False

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def echo(tmp_path_factory, amqp_uri):
    echo = Echo(tmp_path_factory.mktemp("echo"), amqp_uri)
    echo.start()
    yield echo
    echo.kill()


@pytest.fixture
def relay(amqp_uri):
    at = parse_url(amqp_uri)
    relay = Relay(at["hostname"], at["port"] or 5672)
    yield relay
    relay.close()


@pytest.fixture
def pool(relay, amqp_uri):
    at = parse_url(amqp_uri)
    pool = ConnectionPool(
        f"amqp://{at['userid']}:{at['password']}@127.0.0.1:{relay.port}/{at['virtual_host'] or ''}",
        size=6,
        deadline=2.0,
    )
    yield pool
    relay.thaw()
    pool.close()


def call(pool, echo, method, **kwargs):
    return pool.call(echo.name, method, kwargs, {"request_id": "r"})


def lines_opened():
    return REGISTRY.get_sample_value("gateway_rpc_connections_opened_total")


def test_six_threads_with_thirty_calls_each_all_get_their_own_answer(pool, echo):
    before = lines_opened()
    words = [f"{thread}-{number}" for thread in range(6) for number in range(30)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda word: call(pool, echo, "echo", value=word), words))
    assert answers == words
    assert lines_opened() - before <= 6


def test_a_refusal_arrives_whole_and_keeps_the_line(pool, echo):
    call(pool, echo, "echo", value=1)
    before = lines_opened()
    with pytest.raises(OutOfStock) as refused:
        call(pool, echo, "refuse")
    assert refused.value.facts == {"left": 0}
    with pytest.raises(RemoteError):
        call(pool, echo, "fail")
    assert call(pool, echo, "echo", value=2) == 2
    assert lines_opened() == before


def test_after_the_broker_cut_the_connection_the_next_call_works(pool, echo, relay):
    for number in range(3):
        assert call(pool, echo, "echo", value=number) == number
        relay.cut()


def test_a_call_without_an_answer_ends_at_its_deadline(pool, echo):
    started = time.monotonic()
    with pytest.raises(Unavailable):
        call(pool, echo, "dawdle", seconds=4)
    assert 1.9 < time.monotonic() - started < 3.5
    assert call(pool, echo, "echo", value="and goes on") == "and goes on"


def test_a_broker_that_stands_still_ends_calls_at_their_deadline(pool, echo, relay):
    call(pool, echo, "echo", value=1)
    relay.freeze()
    started = time.monotonic()
    for _ in ("on a line", "connecting"):
        with pytest.raises(Unavailable):
            call(pool, echo, "echo", value=2)
    assert time.monotonic() - started < 5
    relay.thaw()
    assert call(pool, echo, "echo", value=3) == 3


def test_without_a_broker_calls_fail_at_once_and_work_when_it_is_back(pool, echo, relay):
    call(pool, echo, "echo", value=1)
    relay.refuse()
    started = time.monotonic()
    with pytest.raises(Unavailable):
        call(pool, echo, "echo", value=2)
    assert time.monotonic() - started < 2
    relay.take()
    assert call(pool, echo, "echo", value=3) == 3


def test_more_calls_than_lines_wait_for_their_turn_and_no_longer_than_the_deadline(relay, pool, echo):
    started = time.monotonic()
    with ThreadPoolExecutor(7) as threads:
        waiting = [threads.submit(call, pool, echo, "dawdle", seconds=30) for _ in range(7)]
    assert all(isinstance(each.exception(), Unavailable) for each in waiting)
    assert time.monotonic() - started < 4


def test_a_service_nobody_ever_ran_is_unavailable_at_once(pool, echo):
    started = time.monotonic()
    with pytest.raises(Unavailable):
        pool.call("nobody", "anything", {}, {})
    assert time.monotonic() - started < 2
    assert pool.consumers([echo.name, "nobody"]) == {echo.name: 1, "nobody": 0}


def test_what_was_answered_as_failed_is_not_done_later(pool, echo):
    echo.kill()
    with pytest.raises(Unavailable):
        call(pool, echo, "remember", word="stale")
    echo.start()
    call(pool, echo, "remember", word="fresh")
    assert call(pool, echo, "recall") == ["fresh"]
