"""Final decisions waiting on RabbitMQ → committed double-entry transfers, against the same batches without a broker.

Once spread over 1,000 books, once on 10 hot ones. The clock runs from the first committed transfer to the last.
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
_POLL_SECONDS = 0.1  # seconds between looks, which count all transfers each time
BOOKS = {"spread": 1_000, "hot": 10}


def measure(stack: Stack) -> Iterator[Figure]:
    """Transfers per second, from the broker and without."""
    stack.start("aggregation")
    for name, books in BOOKS.items():
        other = DECISIONS / post(stack, "post", list(decisions(f"com_direct_{name}", books)))
        ours = measure_through_broker(stack, decisions(f"com_broker_{name}", books))
        yield Figure(f"ledger_{name}", "transfers/s", ours, other)
    stack.stop("aggregation")  # or it goes on sealing beside what is measured next


def decisions(community: str, books: int, number: int = DECISIONS, points: int = 5) -> Iterator[EntryFinalized]:
    """Final decisions about `books` households in turn."""
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
    """Transfers of a kind per second, one for each subject of `events`, which all wait for the service on RabbitMQ."""
    banks = ["aggregation", *(f"aggregation.{number}" for number in range(2, replicas + 1))]
    stack.stop("aggregation")
    told = list(events)
    expected, community = len({event.subject for event in told}), told[0].community
    publishing.publish(stack.amqp_uri, told)
    store = create_engine(engine.url(stack.database_uris["aggregation"]))
    stack.start(*banks)
    started = _committed(store, community, kind, 1)
    before = _count(store, community, kind)
    ended = _committed(store, community, kind, expected)
    stack.stop(*banks[1:])
    store.dispose()
    return (expected - before) / (ended - started)


def post(stack: Stack, handler: str, events: list[Any]) -> float:
    """Hand `events` to a handler of the bank in batches, without a broker; the seconds it took."""
    bank = AggregationService()
    bank.store = StoreAccess(engine.connect_to(stack.database_uris["aggregation"], pool_size=1), AggregationTransaction)
    now = datetime.now(UTC)
    received = [ReceivedEvent(Envelope.wrap(event, at=now), event) for event in events]
    gc.collect()
    gc.freeze()  # as a service does when it starts: what is held ready here is not to cost anything
    started = time.monotonic()
    for start in range(0, len(received), _BATCH):
        getattr(bank, handler)(received[start : start + _BATCH])
    return time.monotonic() - started


def _committed(store: Engine, community: str, kind: str, number: int) -> float:
    """The moment at which that many transfers of a kind are committed."""
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
