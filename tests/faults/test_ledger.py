"""The ledger on real servers with kills, and with repeated and reordered messages (invariants 1–3, 11, 14)."""

import json
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import pytest
from kombu import Connection, Producer
from nameko.standalone.events import get_event_exchange
from sqlalchemy import Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from deploy.local.stack import Stack
from messaging import engine
from messaging.envelope import CONTENT_TYPE, Envelope
from services.aggregation.rebuild import Rebuild
from tests.services.aggregation.events import corrected, finalized

COMMUNITY = "com_faults"
_TIMEOUT_SECONDS = 90


@pytest.fixture
def store(stack: Stack) -> Iterator[Engine]:
    """The store of aggregation with its own role; the test's community is deleted afterwards."""
    stack.start("aggregation", "aggregation.2")
    aggregation = create_engine(engine.url(stack.database_uris["aggregation"]), poolclass=NullPool)
    yield aggregation
    stack.stop("aggregation", "aggregation.2")
    aggregation.dispose()
    delete_community(stack)


def delete_community(stack: Stack) -> None:
    """Delete the test's community as superuser without triggers, since the role of aggregation may not."""
    superuser = create_engine(stack.postgres.uri("aggregation"), poolclass=NullPool)
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in inspect(connection).get_table_names():
            if any(column["name"] == "community" for column in inspect(connection).get_columns(table)):
                connection.execute(
                    text(f'DELETE FROM "{table}" WHERE community = :community'), {"community": COMMUNITY}
                )


def publish(stack: Stack, envelopes: Iterable[Envelope]) -> None:
    """Publish events of review as the relay does."""
    with Connection(stack.amqp_uri) as connection:
        exchange = get_event_exchange("review", {})
        with Producer(connection, exchange) as producer:
            for envelope in envelopes:
                producer.publish(
                    json.dumps(envelope.dump()),
                    routing_key=envelope.name,
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    delivery_mode=2,
                )


def count_transfers(store: Engine) -> int:
    with store.connect() as connection:
        count = text("SELECT count(*) FROM transfers WHERE community = :community")
        return int(connection.execute(count, {"community": COMMUNITY}).scalar_one())


def wait_for_transfers(store: Engine, at_least: int) -> None:
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while (count := count_transfers(store)) < at_least:
        assert time.monotonic() < deadline, f"{count} of {at_least} transfers after {_TIMEOUT_SECONDS} s"
        time.sleep(0.05)


@pytest.mark.timeout(300)
def test_each_decision_is_posted_once_despite_kills_and_repeated_messages(stack: Stack, store: Engine) -> None:
    rng, now = random.Random(20), datetime.now(UTC)
    # awards, because claims would refer to claims that do not exist
    award = {"community": COMMUNITY, "origin": "award"}
    books = [{**award, "household": f"hou_{n}", "person": f"per_{n}"} for n in range(40)]
    decisions = [
        *(finalized(f"ent_{n}", 5, **books[n % 40]) for n in range(1500)),
        *(corrected(f"ent_c{n}", f"ent_{n}", -3, **books[n % 40]) for n in range(0, 1500, 3)),
    ]
    envelopes = [Envelope.wrap(event, at=now) for event in decisions]
    envelopes += rng.sample(envelopes, 500)  # the same message again
    envelopes += [Envelope.wrap(event, at=now) for event in rng.sample(decisions, 500)]  # the same event, another id
    rng.shuffle(envelopes)

    publish(stack, envelopes)
    for number, killed in ((200, "aggregation"), (700, "aggregation.2"), (1200, "aggregation")):
        wait_for_transfers(store, number)
        stack.kill(killed)
    wait_for_transfers(store, len(decisions))
    assert count_transfers(store) == len(decisions)
    publish(stack, envelopes)
    last = finalized("ent_last", 1, **books[0])
    publish(stack, [Envelope.wrap(last, at=now)])
    wait_for_transfers(store, len(decisions) + 1)
    assert count_transfers(store) == len(decisions) + 1

    with Session(store) as session:
        assert Rebuild(session, COMMUNITY).compare().differences == 0
    with store.connect() as connection:
        balances = connection.execute(
            text("SELECT id, posted, arrears FROM accounts WHERE community = :community AND kind = 'household'"),
            {"community": COMMUNITY},
        ).all()
    expected = {book["household"]: 0 for book in books}
    for event in [*decisions, last]:
        expected[str(event.household)] += event.points
    assert {id: balance - arrears for id, balance, arrears in balances} == expected


def test_the_role_of_aggregation_cannot_change_posted_entries(stack: Stack, store: Engine) -> None:
    for table in ("transfers", "entries"):
        for change in (f"UPDATE {table} SET community = community", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), store.begin() as connection:
                connection.execute(text(change))
