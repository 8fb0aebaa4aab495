"""The platform under load while its parts are killed, frozen, stopped and restarted; then its invariants.

FAULTS_ROUNDS is the number of rounds, each with a new community. Without it, in the normal run, there is one round and
only some services are killed.
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
from deploy.demo.api_client import Api, retry_until_known, wait_for
from deploy.local.stack import Stack
from messaging.outbox.replay import replay
from tests.faults.event_collector import EventCollector
from tests.faults.load import Load
from tests.flows.community import Community, Json, found_community

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "1"))
VICTIMS = SERVICES if "FAULTS_ROUNDS" in os.environ else ("claims", "aggregation", "exchange")
BALANCE = 100_000
TIMEOUT_SECONDS = 120.0

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", params=range(ROUNDS), ids=lambda number: f"round {number + 1}")
def community(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Community]:
    """A community with two households that have many points, on the whole platform."""
    stack.start()
    api = Api(stack.gateway_url)
    administrator = api.sign_in(stack.settings["PLATFORM_ADMIN_PHONE"], stack.settings["PLATFORM_ADMIN_PASSWORD"])
    community = found_community(api, administrator, "风雨村", daily_approval_points=1_000_000)
    community.credit_points("fortune", 孙八=BALANCE, 周九=BALANCE)
    yield community
    api.close()


@pytest.fixture(scope="module")
def collector(stack: Stack, community: Community) -> Iterator[EventCollector]:
    """Collects all events that are published from here on."""
    with EventCollector(stack.amqp_uri) as collector:
        yield collector


@pytest.fixture(scope="module")
def earlier_ids(collector: EventCollector, platform: invariants.Platform) -> set[str]:
    """Ids of events that may have been published before the collector was started."""
    return _outbox_ids(platform)


@pytest.fixture(scope="module")
def load(community: Community, earlier_ids: set[str]) -> Iterator[Load]:
    """Load that runs, and already had every kind of effect."""
    chair, till, reward = community["组长"], community.create_till(), community.create_reward(points=1, stock=1_000_000)
    checklist = {"criteria": [{"code": "yard", "title": "院内整洁", "weight": 1, "max_mark": 10}]}
    retry_until_known(lambda: chair.put("/v1/checklist", checklist))
    inspection = chair.post("/v1/inspections", {"period": community.month})["id"]
    with Load(community, till, reward, inspection) as load:
        load.wait_for_progress()
        yield load


@pytest.fixture(scope="module")
def platform(stack: Stack) -> invariants.Platform:
    return invariants.Platform(stack.database_uris, stack.management_uri)


@pytest.mark.parametrize("victim", [*VICTIMS, "relay", "gateway", "postgres", "rabbitmq"])
def test_after_a_kill_a_process_is_restarted_and_all_requests_succeed(stack: Stack, load: Load, victim: str) -> None:
    stack.kill(victim)
    load.wait_for_progress()


@pytest.mark.parametrize("frozen", ["claims", "exchange"])
def test_commands_to_a_frozen_service_are_unavailable_and_done_once_when_repeated(
    stack: Stack, community: Community, load: Load, frozen: str
) -> None:
    command = _command_for(frozen, community)
    stack.pause(frozen)
    _assert_unavailable(command)
    stack.resume(frozen)
    load.wait_for_progress()
    _assert_done_once(command, load)


def test_orders_are_accepted_while_aggregation_is_frozen_and_confirmed_later(
    stack: Stack, community: Community, load: Load
) -> None:
    command = _command_for("exchange", community)
    stack.pause("aggregation")
    assert command().json()["status"] == "placed"
    stack.resume("aggregation")
    load.wait_for_progress()
    order = _assert_done_once(command, load)["id"]
    wait_for("the confirmation", lambda: community["孙八"].get(f"/v1/orders/{order}")["status"] == "confirmed")


@pytest.mark.parametrize("server", ["rabbitmq", "postgres"])
def test_commands_without_broker_or_stores_are_unavailable_and_done_once_when_repeated(
    stack: Stack, community: Community, load: Load, server: str
) -> None:
    commands = [_command_for(service, community) for service in ("claims", "exchange")]
    stack.stop(server)
    for command in commands:
        _assert_unavailable(command)
    assert community.public.send("GET", "/healthz").status_code == 200
    stack.start(server)
    load.wait_for_progress()
    for command in commands:
        _assert_done_once(command, load)


def test_afterwards_every_acknowledged_effect_is_stored_and_every_invariant_holds(
    community: Community, load: Load, platform: invariants.Platform
) -> None:
    load.stop()
    assert not load.unexpected
    platform.wait_until_quiet(TIMEOUT_SECONDS)
    _assert_stored(community, load.acknowledged, platform)
    community.settle_month(community.publish_month()["period"])
    platform.wait_until_quiet(TIMEOUT_SECONDS)
    broken = [(each.number, violations) for each, violations in invariants.check(platform) if violations]
    assert not broken
    for name, household in community.household_ids.items():
        assert _balance_over_http(community, household) == _sum_of_entries(platform, household), name


def test_exactly_the_committed_events_were_published(
    load: Load, collector: EventCollector, earlier_ids: set[str], platform: invariants.Platform
) -> None:
    load.stop()
    platform.wait_until_quiet(TIMEOUT_SECONDS)
    committed = _outbox_ids(platform)
    assert len(committed - earlier_ids) > len(load.acknowledged["claims"])
    assert not committed - earlier_ids - collector.ids
    assert not collector.ids - committed


def test_a_replay_of_all_events_changes_nothing(
    stack: Stack, community: Community, load: Load, platform: invariants.Platform
) -> None:
    load.stop()
    platform.wait_until_quiet(TIMEOUT_SECONDS)
    before = _fingerprints(platform)
    config = {"AMQP_URI": stack.amqp_uri, "DATABASES": stack.owner_uris}
    replayed = sum(replay(*route, config, names=names) for route, names in _routes(stack).items())
    assert replayed > len(load.acknowledged["claims"])
    platform.wait_until_quiet(TIMEOUT_SECONDS)
    assert _fingerprints(platform) == before


Command = Callable[[], httpx.Response]


def _command_for(service: str, community: Community) -> Command:
    """Return a function that sends the same command to that service at each call."""
    key = {"Idempotency-Key": uuid.uuid4().hex}
    if service == "claims":
        return partial(community["李四"].send, "POST", "/v1/claims", json=community.claim_form("council"), headers=key)
    [reward] = community["孙八"].get("/v1/rewards")["data"]
    return partial(community["孙八"].send, "POST", "/v1/orders", json={"reward_id": reward["id"]}, headers=key)


def _assert_unavailable(command: Command) -> None:
    """Check that the command is answered within five seconds as unavailable and retryable."""
    began = time.monotonic()
    answer = command()
    assert time.monotonic() - began < 5
    assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable"), answer.text
    assert answer.json()["retryable"]
    assert "Retry-After" in answer.headers


def _assert_done_once(command: Command, load: Load) -> Json:
    """Check that a repeated command succeeds, and that its second repeat replays the answer."""
    first = wait_for("an answer", lambda: answer if (answer := command()).status_code != 503 else None)
    repeated = command()
    assert first.status_code == 201, first.text
    assert (repeated.content, repeated.headers["Idempotent-Replayed"]) == (first.content, "true")
    created: Json = first.json()
    load.acknowledged["claims" if "item" in created else "orders"].append(created["id"])
    return created


def _assert_stored(community: Community, acknowledged: dict[str, list[str]], platform: invariants.Platform) -> None:
    """Check that the stores contain what was acknowledged, and nothing else (invariant 4)."""

    def stored(service: str, query: str) -> set[str]:
        return {row[0] for row in platform.rows(service, query.format(f"community = '{community.id}'"))}

    assert stored("claims", "SELECT id FROM claims WHERE {} AND item = 'council'") == set(acknowledged["claims"])
    assert stored("registry", "SELECT id FROM people WHERE {} AND name = '新居民'") == set(acknowledged["people"])
    assert stored("inspection", "SELECT version::text FROM scores WHERE {}") == {acknowledged["scores"][-1]}
    assert stored("review", "SELECT review FROM decisions WHERE {} AND verb = 'endorse'") >= set(
        acknowledged["endorse"]
    )
    assert stored("review", "SELECT review FROM entries WHERE {}") >= set(acknowledged["approve"])
    assert stored("exchange", "SELECT id FROM orders WHERE {}") == set(acknowledged["orders"])
    assert stored("exchange", "SELECT id FROM orders WHERE {} AND state = 'redeemed'") == set(
        acknowledged["redemptions"]
    )
    assert stored("exchange", "SELECT id FROM payments WHERE {}") == set(acknowledged["payments"])
    assert stored("exchange", "SELECT id FROM payments WHERE {} AND captured > 0") == set(acknowledged["captures"])
    assert len(stored("exchange", "SELECT id FROM settlement_lines WHERE {} AND kind = 'refund'")) == len(
        acknowledged["refunds"]
    )


def _routes(stack: Stack) -> dict[tuple[str, str], list[str]]:
    """Return the names of the events that are routed from each publisher to each queue."""
    routes: dict[tuple[str, str], list[str]] = {}
    bindings: list[dict[str, Any]] = httpx.get(f"{stack.management_uri}/api/bindings/%2F").raise_for_status().json()
    for binding in bindings:
        publisher = binding["source"].removesuffix(".events")
        if publisher in SERVICES and binding["destination"].startswith("evt-"):
            routes.setdefault((publisher, binding["destination"]), []).append(binding["routing_key"])
    return routes


def _outbox_ids(platform: invariants.Platform) -> set[str]:
    """Return the ids of all events ever committed to an outbox."""
    return {row[0] for service in SERVICES for row in platform.rows(service, "SELECT id FROM outbox")}


def _balance_over_http(community: Community, household: str) -> int:
    """Return the posted balance of a passbook (invariant 2)."""
    passbook: Json = community.committee.get(f"/v1/passbooks/{household}")
    assert passbook["available"] == passbook["posted"] - passbook["held"] >= 0
    return int(passbook["posted"])


def _sum_of_entries(platform: invariants.Platform, household: str) -> int:
    entries = f"SELECT coalesce(sum(amount), 0) FROM entries WHERE account = '{household}'"
    return int(platform.rows("aggregation", entries)[0][0])


_MESSAGING_TABLES = "('outbox', 'inbox', 'idempotency_keys', 'alembic_version')"


def _fingerprints(platform: invariants.Platform) -> dict[str, str]:
    """Return a hash of the rows of every table of every store."""
    fingerprints = {}
    for service in SERVICES:
        tables = f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN {_MESSAGING_TABLES}"
        for [table] in platform.rows(service, tables):
            rows = f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
            fingerprints[f"{service}.{table}"] = platform.rows(service, rows)[0][0]
    return fingerprints
