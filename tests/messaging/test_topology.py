"""All queues are durable, those of events replicated, and dead-lettering loses nothing."""

from typing import Any

import httpx
import pytest

from deploy.local.stack import Stack
from messaging import topology
from tests.messaging.running_shop import RunningShop
from tests.messaging.shop import Books, Till


@pytest.fixture
def queues(shop: RunningShop, stack: Stack) -> dict[str, Any]:
    return {queue["name"]: queue for queue in httpx.get(f"{stack.management_uri}/api/queues/{shop.vhost}").json()}


def test_queues_are_durable_and_those_of_events_are_quorum_queues(queues: dict[str, Any]) -> None:
    assert set(queues) == {
        "parked",
        "retry.0.2s",
        "retry.0.4s",
        "rpc-till",
        "rpc-warehouse",
        "rpc-books",
        "evt-till--warehouse.ship",
        "evt-till-warehouse--books.book",
    }
    assert all(queue["durable"] and not queue["auto_delete"] and not queue["exclusive"] for queue in queues.values())
    for name, queue in queues.items():
        if not name.startswith("rpc-"):
            assert queue["arguments"]["x-queue-type"] == "quorum"
            assert queue["arguments"]["x-overflow"] == "reject-publish"


def test_dead_lettering_is_at_least_once(queues: dict[str, Any]) -> None:
    ship = queues["evt-till--warehouse.ship"]["arguments"]
    assert ship["x-dead-letter-exchange"] == "parked"
    assert ship["x-dead-letter-strategy"] == "at-least-once"
    retry = queues["retry.0.2s"]["arguments"]
    assert (retry["x-message-ttl"], retry["x-dead-letter-exchange"]) == (200, "")
    assert retry["x-dead-letter-strategy"] == "at-least-once"


def test_a_queue_is_bound_to_several_events_of_several_publishers(shop: RunningShop, stack: Stack) -> None:
    queue = "evt-till-warehouse--books.book"
    bindings = httpx.get(f"{stack.management_uri}/api/queues/{shop.vhost}/{queue}/bindings").json()
    assert {(binding["source"], binding["routing_key"]) for binding in bindings} == {
        ("", queue),
        ("till.events", "Sold"),
        ("till.events", "GivenBack"),
        ("warehouse.events", "Counted"),
    }


def test_the_topology_can_be_declared_again(shop: RunningShop) -> None:
    assert topology.declare([Till, Books], shop.config) == topology.declare([Till, Books], shop.config)


def test_a_service_class_is_found_by_its_path() -> None:
    assert topology.service_class("tests.messaging.shop:Till") is Till
