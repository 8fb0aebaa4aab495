"""A service that was taken over: what its login at the broker can do to the others (R4)."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import amqp
import psycopg2
import pytest

from contracts.registry import CommunityFounded
from deploy.demo.api_client import wait_for
from deploy.local.stack import Stack
from gateway.rpc.connection import RpcConnection
from messaging.envelope import CONTENT_TYPE, Envelope
from messaging.topology import queues_of
from services.inspection.service import InspectionService
from services.review.service import ReviewService

pytestmark = pytest.mark.attacks("messages of a rogue service")
CALLS = "nameko-rpc"
ROGUE = "claims"
REPLY_TO = uuid.uuid4().hex
CALL: dict[str, Any] = {"args": [], "kwargs": {"actor": {"person": "per_1", "community": "com_1"}}}
"""The arguments of `registry.me` as anybody."""


@pytest.fixture(scope="module")
def services(stack: Stack) -> Stack:
    stack.start("registry", "inspection")
    return stack


@contextmanager
def _channel(stack: Stack, user: str | None = None) -> Iterator[amqp.Channel]:
    """Open a channel as a process of the platform, by default as its administrator."""
    address = stack.broker.address
    if user is not None:
        address = replace(address, user=user, password=stack.broker_password(user))
    where = f"{address.host}:{address.port}"
    with amqp.Connection(where, userid=address.user, password=address.password, confirm_publish=True) as connection:
        yield connection.channel()


@pytest.fixture
def replies(services: Stack) -> Iterator[Any]:
    """Return a function that waits for the reply to a call whose `reply_to` is its argument."""
    with _channel(services) as channel:
        queue = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(queue, CALLS, REPLY_TO)

        def wait() -> Any:
            message = wait_for("a reply", lambda: channel.basic_get(queue, no_ack=True))
            return json.loads(message.body)

        yield wait


def _message(**more: Any) -> amqp.Message:
    properties = {"content_type": "application/json", "content_encoding": "utf-8", "reply_to": REPLY_TO, **more}
    return amqp.Message(json.dumps(CALL), correlation_id="1", **properties)


def test_the_gateways_login_makes_calls(services: Stack) -> None:
    address = replace(services.broker.address, user="gateway", password=services.broker_password("gateway"))
    deadline = time.monotonic() + 20
    connection = RpcConnection(address.amqp_uri(), deadline)
    reply = connection.call("registry", "me", CALL["kwargs"], {}, deadline)
    connection.close()
    assert reply["error"]["exc_type"] == "NotFound"  # nobody has this id


def test_a_call_with_a_services_login_is_refused_by_the_broker(services: Stack) -> None:
    with _channel(services, ROGUE) as channel, pytest.raises(amqp.AccessRefused):
        channel.basic_publish(_message(), CALLS, "registry.me")


def test_a_service_cannot_publish_in_the_gateways_name(services: Stack) -> None:
    for exchange, key in ((CALLS, REPLY_TO), ("retry.5s", "rpc-registry")):
        with _channel(services, ROGUE) as channel, pytest.raises(amqp.PreconditionFailed):
            channel.basic_publish(_message(user_id="gateway"), exchange, key)


def test_a_call_with_the_key_of_a_reply_and_a_copy_to_a_service_is_refused_there(services: Stack, replies: Any) -> None:
    copied = {"CC": ["registry.me"]}
    with _channel(services, ROGUE) as channel:
        channel.basic_publish(_message(user_id=ROGUE, application_headers=copied), CALLS, uuid.uuid4().hex)
    assert replies()["error"]["exc_type"] == "PermissionError"


def test_a_call_by_way_of_a_retry_queue_is_refused(services: Stack, replies: Any) -> None:
    with _channel(services, ROGUE) as channel:
        channel.basic_publish(_message(), "retry.5s", "rpc-registry")
    assert replies()["error"]["exc_type"] == "PermissionError"


def test_an_event_by_way_of_a_retry_queue_is_not_handled_and_not_replayed(services: Stack) -> None:
    envelope = Envelope.wrap(CommunityFounded(community="com_forged", sequence=1), at=datetime.now(UTC))
    queue = next(each.name for each in queues_of(InspectionService, {}) if each.name.startswith("evt-registry--"))
    with _channel(services, ROGUE) as channel:
        channel.basic_publish(
            amqp.Message(json.dumps(envelope.dump()), content_type=CONTENT_TYPE, user_id=ROGUE), "retry.5s", queue
        )

    def parked() -> list[Any]:
        lines = services.run("python", "-m", "messaging", "parked", "list").splitlines()
        return [letter for letter in map(json.loads, lines) if letter["event"] == envelope.id]

    [letter] = wait_for("the dead letter", parked)
    assert "redelivered by 'claims', which may not" in letter["error"]

    with _channel(services, ROGUE) as channel:  # as if inspection had parked it
        channel.basic_publish(
            amqp.Message(json.dumps(envelope.dump()), application_headers={"x-from-queue": queue}), "parked", queue
        )
    replayed = services.run("python", "-m", "messaging", "parked", "replay", "--event", envelope.id)
    assert json.loads(replayed) == {"replayed": 0}
    assert len(parked()) == 2


def test_an_event_of_another_publisher_is_not_handled_and_not_replayed(services: Stack) -> None:
    """As a relay would publish a row that a rogue claims has written into its own outbox."""
    services.start("review")
    envelope = Envelope.wrap(CommunityFounded(community="com_forged_2", sequence=1), at=datetime.now(UTC))
    queue = next(each for each in queues_of(ReviewService, {}) if each.name.startswith("evt-claims--"))
    with _channel(services, "relay") as channel:
        message = amqp.Message(json.dumps(envelope.dump()), content_type=CONTENT_TYPE, user_id="relay")
        channel.basic_publish(message, "claims.events", next(iter(queue.bindings)).routing_key)

    def parked() -> list[Any]:
        lines = services.run("python", "-m", "messaging", "parked", "list").splitlines()
        letters = map(json.loads, lines)
        return [each for each in letters if each["event"] == envelope.id and each["queue"] == queue.name]

    [letter] = wait_for("the dead letter", parked)
    assert "an event of registry from claims.events" in letter["error"]
    replayed = services.run("python", "-m", "messaging", "parked", "replay", "--event", envelope.id)
    assert json.loads(replayed) == {"replayed": 0}


def test_a_relay_publishes_the_events_of_a_store_as_its_service_only(services: Stack) -> None:
    services.start("claims", "relay")
    event = CommunityFounded(community="com_forged_3", sequence=1)
    envelope = Envelope.wrap(event, at=datetime.now(UTC))
    with psycopg2.connect(services.database_uris["claims"].replace("+psycopg2", "")) as rogue, rogue.cursor() as cursor:
        values = (envelope.id, "registry", envelope.name, envelope.subject, envelope.community, envelope.to_json())
        cursor.execute(
            "INSERT INTO outbox (id, publisher, name, subject, community, body) VALUES (%s, %s, %s, %s, %s, %s)",
            values,
        )
    with psycopg2.connect(services.database_uris["claims"].replace("+psycopg2", "")) as store, store.cursor() as cursor:

        def unrouted() -> bool:
            store.rollback()
            cursor.execute("SELECT unrouted_at IS NOT NULL FROM outbox WHERE id = %s", (envelope.id,))
            return bool(cursor.fetchone()[0])

        wait_for("the relay", unrouted)


@pytest.mark.parametrize("binding", ["registry.*", "#"])
def test_a_service_cannot_read_the_calls_of_others(services: Stack, binding: str) -> None:
    with _channel(services, ROGUE) as channel, pytest.raises(amqp.AccessRefused):
        channel.queue_bind("rpc-claims", CALLS, binding)
    with _channel(services, ROGUE) as channel, pytest.raises(amqp.AccessRefused):
        channel.queue_declare(exclusive=True)
    with _channel(services, "gateway") as channel:
        queue = channel.queue_declare("rpc.reply-gateway-test", exclusive=True).queue
        with pytest.raises(amqp.AccessRefused):
            channel.queue_bind(queue, CALLS, binding)
