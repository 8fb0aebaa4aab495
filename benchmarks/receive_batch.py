"""Events queued on RabbitMQ, inserted by a `@receive_batch` handler, against the same batches without a broker.

The handler makes one INSERT for a batch, so the difference is the cost of broker, envelope, schema and acknowledgement.
The reference gets its events as objects. Both write to the inbox.
"""

import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Column, Date, DateTime, Engine, Integer, MetaData, Table, Text, create_engine, insert, text

from benchmarks import publishing
from benchmarks.figure import Figure
from contracts import ids
from contracts.review import EntryFinalized
from deploy.local.process import Process
from deploy.local.stack import PROJECT, Stack
from messaging import Store, Transaction, engine, receive_batch, topology
from messaging.envelope import Envelope, ReceivedEvent
from messaging.store import StoreAccess
from messaging.tables import attach

_EVENTS = 20_000
_BATCH = 500
_TIMEOUT_SECONDS = 300
_TYPES: dict[str, Any] = {"sequence": Integer, "points": Integer, "day": Date, "at": DateTime(timezone=True)}

metadata = MetaData()
attach(metadata)
facts = Table(
    "facts",
    metadata,
    Column("position", Integer, primary_key=True),
    *(Column(field.name, _TYPES.get(field.name, Text)) for field in fields(EntryFinalized)),
)


class EventLog:
    """A service that inserts every event into a table."""

    name = "event_log"
    store = Store()

    @receive_batch(EntryFinalized, size=_BATCH)
    def write(self, tx: Transaction, events: list[EntryFinalized]) -> None:
        names = [column.name for column in facts.columns if column.name != "position"]
        tx.session.execute(insert(facts), [{name: getattr(event, name) for name in names} for event in events])


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield events per second; the reference has no broker."""
    uri = stack.postgres.create_database("event_log")
    store = create_engine(engine.url(uri))
    metadata.create_all(store)
    before = _measure_without_broker(uri)
    ours = _measure_through_broker(stack, uri, store)
    after = _measure_without_broker(uri)
    store.dispose()
    yield Figure("receive_batch", "events/s", ours, (before + after) / 2)


def decisions() -> Iterator[EntryFinalized]:
    """Yield final decisions about a thousand households, alternating."""
    for turn in range(_EVENTS):
        yield EntryFinalized(
            community="com_1",
            entry=ids.new("ent"),
            origin="claim",
            source=ids.new("clm"),
            book="household",
            person=f"per_{turn % 1000}",
            household=f"hou_{turn % 1000}",
            courtyard=f"cty_{turn % 90}",
            day=date(2026, 11, 3),
            item="clean_up",
            category="living_environment",
            period="2026-11",
            points=5,
            at=datetime.now(UTC),
        )


def _measure_without_broker(uri: str) -> float:
    event_log: Any = EventLog()
    event_log.store = StoreAccess(engine.connect_to(uri, pool_size=1))
    received = [ReceivedEvent(Envelope.wrap(event, at=event.at), event) for event in decisions()]
    gc.collect()
    gc.freeze()  # as a service does at start; otherwise the collector scans the prepared events
    started = time.monotonic()
    for start in range(0, _EVENTS, _BATCH):
        event_log.write(received[start : start + _BATCH])
    return _EVENTS / (time.monotonic() - started)


def _measure_through_broker(stack: Stack, uri: str, store: Engine) -> float:
    config = {"AMQP_URI": stack.amqp_uri, "DATABASES": {"event_log": uri}}
    with store.begin() as connection:
        connection.execute(text("TRUNCATE facts, inbox RESTART IDENTITY"))
    topology.declare([EventLog], config)
    publishing.publish(stack.amqp_uri, decisions())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        path.write_text(json.dumps(config))
        command: list[str | Path] = [
            f"{sys.prefix}/bin/nameko",
            "run",
            "--config",
            path,
            "benchmarks.receive_batch:EventLog",
        ]
        process = Process("event_log", command, environment=stack.environment, log=Path(folder) / "log", folder=PROJECT)
        process.start()
        try:
            first, started = _wait_for_rows(store, 1)
            _, ended = _wait_for_rows(store, _EVENTS)
        finally:
            process.stop()
    return (_EVENTS - first) / (ended - started)


def _wait_for_rows(store: Engine, number: int) -> tuple[int, float]:
    """Wait until there are `number` rows; return their count and the time."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while (count := _count(store)) < number:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{count} of {number} events after {_TIMEOUT_SECONDS} s")
        time.sleep(0.01)
    return count, time.monotonic()


def _count(store: Engine) -> int:
    with store.connect() as connection:
        return int(connection.execute(text("SELECT coalesce(max(position), 0) FROM facts")).scalar_one())
