"""Final decisions queued on RabbitMQ, posted as double-entry transfers, against the same batches without a broker.

Spread over 1,000 passbooks, and on 10 hot ones. Time is taken from the first committed transfer to the last.
"""

import gc
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, create_engine, text

from benchmarks import publishing
from benchmarks.figure import Figure
from contracts import ids
from contracts.event import Event
from contracts.review import EntryFinalized
from deploy.local.stack import Stack
from messaging import engine
from messaging.envelope import Envelope, ReceivedEvent
from messaging.store import StoreAccess
from services.aggregation.service import AggregationService
from services.aggregation.store import AggregationTransaction

DECISIONS = 20_000
_BATCH = 500
_TIMEOUT_SECONDS = 300
_POLL_SECONDS = 0.1  # each poll counts all transfers
BOOKS = {"spread": 1_000, "hot": 10}


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield transfers per second; the reference has no broker."""
    stack.start("aggregation")
    for name, books in BOOKS.items():
        other = DECISIONS / post(stack, "post", list(decisions(f"com_direct_{name}", books)))
        ours = measure_through_broker(stack, decisions(f"com_broker_{name}", books))
        yield Figure(f"ledger_{name}", "transfers/s", ours, other)
    stack.stop("aggregation")  # otherwise it seals blocks during the next measurement


def decisions(community: str, books: int, number: int = DECISIONS, points: int = 5) -> Iterator[EntryFinalized]:
    """Yield final decisions about `books` households, alternating."""
    for turn in range(number):
        book = turn % books
        yield EntryFinalized(
            community=community,
            entry=ids.new("ent"),
            origin="claim",
            source=ids.new("clm"),
            book="household",
            person=f"per_{book}",
            household=f"hou_{book}",
            courtyard=f"cty_{book % 90}",
            day=date(2026, 11, 3),
            item="clean_up",
            category="living_environment",
            period="2026-11",
            points=points,
            at=datetime.now(UTC),
        )


def measure_through_broker(stack: Stack, events: Iterable[Event], kind: str = "credit", replicas: int = 1) -> float:
    """Queue `events` on RabbitMQ, start the service, and return transfers of a kind per second."""
    instances = ["aggregation", *(f"aggregation.{number}" for number in range(2, replicas + 1))]
    stack.stop("aggregation")
    queued = list(events)
    expected, community = len({event.subject for event in queued}), queued[0].community
    publishing.publish(stack.amqp_uri, queued)
    store = create_engine(engine.url(stack.database_uris["aggregation"]))
    stack.start(*instances)
    started = _wait_for_transfers(store, community, kind, 1)
    before = _count(store, community, kind)
    ended = _wait_for_transfers(store, community, kind, expected)
    stack.stop(*instances[1:])
    store.dispose()
    return (expected - before) / (ended - started)


def post(stack: Stack, handler: str, events: list[Any]) -> float:
    """Call a handler of aggregation with `events` in batches, without a broker; return the seconds."""
    bank: Any = AggregationService()
    bank.store = StoreAccess(engine.connect_to(stack.database_uris["aggregation"], pool_size=1), AggregationTransaction)
    now = datetime.now(UTC)
    received = [ReceivedEvent(Envelope.wrap(event, at=now), event) for event in events]
    gc.collect()
    gc.freeze()  # as a service does at start; otherwise the collector scans the prepared events
    started = time.monotonic()
    for start in range(0, len(received), _BATCH):
        getattr(bank, handler)(received[start : start + _BATCH])
    return time.monotonic() - started


def _wait_for_transfers(store: Engine, community: str, kind: str, number: int) -> float:
    """Wait until that many transfers of a kind are committed, and return the time."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while (count := _count(store, community, kind)) < number:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{count} of {number} transfers after {_TIMEOUT_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    return time.monotonic()


def _count(store: Engine, community: str, kind: str) -> int:
    counted = text("SELECT count(*) FROM transfers WHERE community = :community AND kind = :kind")
    with store.connect() as connection:
        return int(connection.execute(counted, {"community": community, "kind": kind}).scalar_one())
