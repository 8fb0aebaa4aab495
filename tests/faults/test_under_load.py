"""The platform under load while its parts are killed, frozen, cut off and restarted; then what must always hold.

FAULTS_ROUNDS says how often the whole story is told, each time to a new village. Without it, in the normal run, it is
told once, and not every service is killed.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from deploy import SERVICES, invariants
from deploy.demo.visitors import Door, once_told, until
from deploy.local.stack import Stack
from messaging.outbox.replay import replay
from tests.faults.load import Load
from tests.faults.tap import Tap
from tests.flows.village import Village, found

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1"))
VICTIMS = SERVICES if "FAULTS_ROUNDS" in os.environ else ("claims", "aggregation", "exchange")
FORTUNE = 100_000
PATIENCE = 120.0

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", params=range(ROUNDS), ids=lambda number: f"round {number + 1}")
def village(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Village]:
    """A village with two rich households, on the whole platform."""
    stack.start()
    door = Door(stack.gateway_url)
    administrator = door.sign_in(stack.settings["PLATFORM_ADMIN_PHONE"], stack.settings["PLATFORM_ADMIN_PASSWORD"])
    village = found(door, administrator, "风雨村")
    village.earn("fortune", 孙八=FORTUNE, 周九=FORTUNE)
    yield village
    door.close()


@pytest.fixture(scope="module")
def tap(stack: Stack, village: Village) -> Iterator[Tap]:
    """Whoever hears all that is said from here on."""
    with Tap(stack.amqp_uri) as tap:
        yield tap


@pytest.fixture(scope="module")
def unheard(tap: Tap, platform: invariants.Platform) -> set[str]:
    """What was said before anybody listened."""
    return _said(platform)


@pytest.fixture(scope="module")
def load(village: Village, unheard: set[str]) -> Iterator[Load]:
    """Everybody at work."""
    chair, till, reward = village["组长"], village.shop(), village.reward(points=1, stock=1_000_000)
    checklist = {"criteria": [{"code": "yard", "title": "院内整洁", "weight": 1, "max_mark": 10}]}
    once_told(lambda: chair.put("/v1/checklist", checklist))
    inspection = chair.post("/v1/inspections", {"period": village.month})["id"]
    with Load(village, till, reward, inspection) as load:
        load.goes_on()
        yield load


@pytest.fixture(scope="module")
def platform(stack: Stack) -> invariants.Platform:
    return invariants.Platform(stack.database_uris, stack.management_uri)


@pytest.mark.parametrize("victim", [*VICTIMS, "relay", "gateway", "postgres", "rabbitmq"])
def test_killed_at_any_moment_it_comes_back_and_everything_goes_on(stack: Stack, load: Load, victim: str) -> None:
    stack.kill(victim)
    load.goes_on()


@pytest.mark.parametrize("frozen", ["claims", "exchange"])
def test_while_a_service_is_frozen_its_commands_are_put_off(
    stack: Stack, village: Village, load: Load, frozen: str
) -> None:
    command = _command_to(frozen, village)
    stack.pause(frozen)
    _is_put_off(command)
    stack.resume(frozen)
    load.goes_on()
    _is_done_once(command, load)


def test_while_the_bank_is_frozen_orders_are_taken_and_answered_later(
    stack: Stack, village: Village, load: Load
) -> None:
    command = _command_to("exchange", village)
    stack.pause("aggregation")
    assert command().json()["status"] == "placed"
    stack.resume("aggregation")
    load.goes_on()
    order = _is_done_once(command, load)["id"]
    until("the bank's answer", lambda: village["孙八"].get(f"/v1/orders/{order}")["status"] == "confirmed")


@pytest.mark.parametrize("server", ["rabbitmq", "postgres"])
def test_without_broker_or_stores_commands_are_put_off_and_done_once_when_they_are_back(
    stack: Stack, village: Village, load: Load, server: str
) -> None:
    commands = [_command_to(service, village) for service in ("claims", "exchange")]
    stack.stop(server)
    for command in commands:
        _is_put_off(command)
    assert village.door.public.send("GET", "/healthz").status_code == 200
    stack.start(server)
    load.goes_on()
    for command in commands:
        _is_done_once(command, load)


def test_after_it_all_every_promise_is_kept_and_every_invariant_holds(
    village: Village, load: Load, platform: invariants.Platform
) -> None:
    load.end()
    assert not load.wrong
    platform.wait_until_quiet(PATIENCE)
    _every_promise_is_kept(village, load.journal, platform)
    village.settle(village.publish()["period"])
    platform.wait_until_quiet(PATIENCE)
    broken = [(each.number, violations) for each, violations in invariants.check(platform) if violations]
    assert not broken
    for name, household in village.households.items():
        assert _served(village, household) == _posted(platform, household), name


def test_what_was_committed_was_published_and_nothing_else(
    load: Load, tap: Tap, unheard: set[str], platform: invariants.Platform
) -> None:
    load.end()
    platform.wait_until_quiet(PATIENCE)
    said = _said(platform)
    assert len(said - unheard) > len(load.journal["claims"])
    assert not said - unheard - tap.heard
    assert not tap.heard - said


def test_told_everything_twice_nothing_changes(
    stack: Stack, village: Village, load: Load, platform: invariants.Platform
) -> None:
    load.end()
    platform.wait_until_quiet(PATIENCE)
    before = _fingerprints(platform)
    config = {"AMQP_URI": stack.amqp_uri, "DATABASES": stack.owner_uris}
    told = sum(replay(*route, config, names=names) for route, names in _routes(stack).items())
    assert told > len(load.journal["claims"])
    platform.wait_until_quiet(PATIENCE)
    assert _fingerprints(platform) == before


Command = Callable[[], httpx.Response]


def _command_to(service: str, village: Village) -> Command:
    """A command to that service, the same one each time."""
    key = {"Idempotency-Key": uuid.uuid4().hex}
    if service == "claims":
        return partial(village["李四"].send, "POST", "/v1/claims", json=village.deed("council"), headers=key)
    [reward] = village["孙八"].get("/v1/rewards")["data"]
    return partial(village["孙八"].send, "POST", "/v1/orders", json={"reward_id": reward["id"]}, headers=key)


def _is_put_off(command: Command) -> None:
    """It is answered within five seconds: not now, but it may be asked again."""
    began = time.monotonic()
    answer = command()
    assert time.monotonic() - began < 5
    assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable"), answer.text
    assert answer.json()["retryable"]
    assert "Retry-After" in answer.headers


def _is_done_once(command: Command, load: Load) -> dict[str, Any]:
    """What was put off is done when it is asked again, and not a second time."""
    first = until("an answer", lambda: answer if (answer := command()).status_code != 503 else None)
    again = command()
    assert first.status_code == 201, first.text
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    done: dict[str, Any] = first.json()
    load.journal["claims" if "item" in done else "orders"].append(done["id"])
    return done


def _every_promise_is_kept(village: Village, journal: dict[str, list[str]], platform: invariants.Platform) -> None:
    """What was answered 2xx is in the stores (invariant 4), and nothing that was not."""

    def stored(service: str, query: str) -> set[str]:
        return {row[0] for row in platform.rows(service, query.format(f"community = '{village.id}'"))}

    assert stored("claims", "SELECT id FROM claims WHERE {} AND item = 'council'") == set(journal["claims"])
    assert stored("registry", "SELECT id FROM people WHERE {} AND name = '新来的'") == set(journal["people"])
    assert stored("inspection", "SELECT version::text FROM scores WHERE {}") == {journal["scores"][-1]}
    assert stored("review", "SELECT review FROM decisions WHERE {} AND verb = 'endorse'") >= set(journal["endorse"])
    assert stored("review", "SELECT review FROM entries WHERE {}") >= set(journal["approve"])
    assert stored("exchange", "SELECT id FROM orders WHERE {}") == set(journal["orders"])
    assert stored("exchange", "SELECT id FROM orders WHERE {} AND state = 'redeemed'") == set(journal["redemptions"])
    assert stored("exchange", "SELECT id FROM payments WHERE {}") == set(journal["payments"])
    assert stored("exchange", "SELECT id FROM payments WHERE {} AND captured > 0") == set(journal["captures"])
    assert len(stored("exchange", "SELECT id FROM settlement_lines WHERE {} AND kind = 'refund'")) == len(
        journal["refunds"]
    )


def _routes(stack: Stack) -> dict[tuple[str, str], list[str]]:
    """By publisher and queue, the events that go there."""
    routes: dict[tuple[str, str], list[str]] = {}
    bindings: list[dict[str, Any]] = httpx.get(f"{stack.management_uri}/api/bindings/%2F").raise_for_status().json()
    for binding in bindings:
        publisher = binding["source"].removesuffix(".events")
        if publisher in SERVICES and binding["destination"].startswith("evt-"):
            routes.setdefault((publisher, binding["destination"]), []).append(binding["routing_key"])
    return routes


def _said(platform: invariants.Platform) -> set[str]:
    """The ids of all that was ever committed to an outbox."""
    return {row[0] for service in SERVICES for row in platform.rows(service, "SELECT id FROM outbox")}


def _served(village: Village, household: str) -> int:
    """What a passbook holds over HTTP (invariant 2)."""
    book: dict[str, Any] = village.committee.get(f"/v1/passbooks/{household}")
    assert book["available"] == book["posted"] - book["held"] >= 0
    return int(book["posted"])


def _posted(platform: invariants.Platform, household: str) -> int:
    """What all its entries come to."""
    entries = f"SELECT coalesce(sum(amount), 0) FROM entries WHERE account = '{household}'"
    return int(platform.rows("aggregation", entries)[0][0])


_OF_MESSAGING = "('outbox', 'inbox', 'idempotency_keys', 'alembic_version')"


def _fingerprints(platform: invariants.Platform) -> dict[str, str]:
    """Of every table of every store, a hash of all its rows."""
    prints = {}
    for service in SERVICES:
        tables = f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN {_OF_MESSAGING}"
        for [table] in platform.rows(service, tables):
            rows = f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
            prints[f"{service}.{table}"] = platform.rows(service, rows)[0][0]
    return prints
