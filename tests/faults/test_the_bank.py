"""The bank under faults on real servers: killed in mid-flow, told twice and out of order (invariants 1–3, 11, 14)."""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
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
_PATIENCE = 90


@pytest.fixture
def store(stack: Stack) -> Iterator[Engine]:
    """The bank's store, as the bank's own role sees it; afterwards it knows nothing of what nobody ever decided."""
    stack.start("aggregation", "aggregation.2")
    made = create_engine(engine.url(stack.database_uris["aggregation"]), poolclass=NullPool)
    yield made
    stack.stop("aggregation", "aggregation.2")
    made.dispose()
    forget(stack)


def forget(stack: Stack) -> None:
    """Remove our community from the bank, whose own role may not: as superuser, without its guards."""
    everything = create_engine(stack.postgres.uri("aggregation"), poolclass=NullPool)
    with everything.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in inspect(connection).get_table_names():
            if any(column["name"] == "community" for column in inspect(connection).get_columns(table)):
                connection.execute(
                    text(f'DELETE FROM "{table}" WHERE community = :community'), {"community": COMMUNITY}
                )


def publish(stack: Stack, envelopes: Iterable[Envelope]) -> None:
    """Put them on the exchange as a relay does."""
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


def posted(store: Engine) -> int:
    with store.connect() as connection:
        counted = text("SELECT count(*) FROM transfers WHERE community = :community")
        return int(connection.execute(counted, {"community": COMMUNITY}).scalar_one())


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"not within {_PATIENCE} s: {what}"
        time.sleep(0.05)


@pytest.mark.timeout(300)
def test_the_bank_posts_each_decision_once_though_killed_and_told_twice(stack: Stack, store: Engine) -> None:
    chance, now = random.Random(20), datetime.now(UTC)
    # awards, since claims would look for a claim that nobody made
    award = {"community": COMMUNITY, "origin": "award"}
    books = [{**award, "household": f"hou_{n}", "person": f"per_{n}"} for n in range(40)]
    decisions = [
        *(finalized(f"ent_{n}", 5, **books[n % 40]) for n in range(1500)),
        *(corrected(f"ent_c{n}", f"ent_{n}", -3, **books[n % 40]) for n in range(0, 1500, 3)),
    ]
    told = [Envelope.wrap(event, at=now) for event in decisions]
    told += chance.sample(told, 500)  # the same message once more
    told += [Envelope.wrap(event, at=now) for event in chance.sample(decisions, 500)]  # news nobody's inbox has seen
    chance.shuffle(told)

    publish(stack, told)
    for number, killed in ((200, "aggregation"), (700, "aggregation.2"), (1200, "aggregation")):
        wait_until(lambda number=number: posted(store) >= number, f"{number} transfers")
        stack.kill(killed)
    wait_until(lambda: posted(store) == len(decisions), "every decision posted")
    publish(stack, told)
    last = finalized("ent_last", 1, **books[0])
    publish(stack, [Envelope.wrap(last, at=now)])
    wait_until(lambda: posted(store) == len(decisions) + 1, "what was told after it all")

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


def test_the_bank_itself_cannot_change_what_it_posted(stack: Stack, store: Engine) -> None:
    for table in ("transfers", "entries"):
        for change in (f"UPDATE {table} SET community = community", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), store.begin() as connection:
                connection.execute(text(change))
