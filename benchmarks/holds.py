"""Purchases on ten hot passbooks, queued on RabbitMQ, against the same two steps in pgbench.

A purchase is a hold that is placed and captured. The platform checks it and publishes events; pgbench, with sixteen
clients, locks the account (`SELECT … FOR UPDATE`), updates it, and inserts a hold, a transfer and two entries.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from benchmarks import ledger
from benchmarks.figure import Figure
from contracts import ids
from contracts.event import Event
from contracts.exchange import PaymentAuthorized, PaymentCaptured
from deploy.local.stack import Stack
from messaging import engine

_PURCHASES = 5_000
_BOOKS = 10
_CLIENTS = 16
_SECONDS = 10
_COMMUNITY = "com_holds"
_TABLES = """
    CREATE TABLE accounts (id int PRIMARY KEY, posted bigint NOT NULL, held bigint NOT NULL, CHECK (posted >= held));
    CREATE TABLE holds (id text PRIMARY KEY, account int NOT NULL, points int NOT NULL, state text NOT NULL);
    CREATE TABLE transfers (id text PRIMARY KEY, hold text UNIQUE, points int NOT NULL, posted_at timestamptz NOT NULL);
    CREATE TABLE entries (transfer text, account int, amount int NOT NULL, PRIMARY KEY (transfer, account));
    INSERT INTO accounts SELECT book, 1000000000, 0 FROM generate_series(0, 10) book;
"""
_SCRIPT = """
    \\set book random(1, 10)
    \\set hold random(1, 9000000000000000)
    BEGIN;
    SELECT posted, held FROM accounts WHERE id = :book FOR UPDATE;
    UPDATE accounts SET held = held + 5 WHERE id = :book;
    INSERT INTO holds VALUES (:hold, :book, 5, 'open');
    COMMIT;
    BEGIN;
    SELECT posted, held FROM accounts WHERE id = :book FOR UPDATE;
    UPDATE accounts SET posted = posted - 5, held = held - 5 WHERE id = :book;
    UPDATE holds SET state = 'captured' WHERE id = :hold::text;
    INSERT INTO transfers VALUES (:hold, :hold, -5, now());
    INSERT INTO entries VALUES (:hold, :book, -5), (:hold, 0, 5);
    COMMIT;
"""


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield purchases per second."""
    stack.start("aggregation")
    ledger.post(stack, "post", list(ledger.decisions(_COMMUNITY, _BOOKS, 500, points=1_000_000)))
    other = _measure_pgbench(stack)
    ours = ledger.measure_through_broker(stack, _purchases(), "capture")
    yield Figure("ledger_holds", "purchases/s", ours, other)


def _purchases() -> Iterator[Event]:
    """Yield the events of a hundred holds, then of their captures, and so on."""
    at = datetime.now(UTC)
    for _ in range(_PURCHASES // 100):
        asked = [
            PaymentAuthorized(
                community=_COMMUNITY,
                payment=ids.new("pay"),
                hold=ids.new("hld"),
                account=f"hou_{turn % _BOOKS}",
                person=f"per_{turn % _BOOKS}",
                merchant="mer_1",
                points=5,
                at=at,
                expires_at=at + timedelta(minutes=10),
            )
            for turn in range(100)
        ]
        yield from asked
        for event in asked:
            shared = {name: getattr(event, name) for name in ("payment", "hold", "account", "person", "merchant")}
            yield PaymentCaptured(community=_COMMUNITY, points=5, at=at, **shared)


def _measure_pgbench(stack: Stack) -> float:
    uri = stack.postgres.create_database("pgbench")
    store = create_engine(engine.url(uri))
    with store.begin() as connection:
        connection.execute(text(_TABLES))
    store.dispose()
    with TemporaryDirectory() as folder:
        script = Path(folder) / "purchase.sql"
        script.write_text(_SCRIPT)
        arguments = ["--client", _CLIENTS, "--jobs", 2, "--time", _SECONDS, "--no-vacuum", "--file", script, "pgbench"]
        report = stack.postgres.run("pgbench", *map(str, arguments))
    return float(next(line for line in report.splitlines() if line.startswith("tps")).split()[2])
