"""The cost of sealing the ledger into blocks: CPU per transfer, of the service's process and of PostgreSQL.

The reference of `sealing` is posting the same transfers; that of `sealing_in_the_service` and `sealing_hashes` is the
whole of sealing. The three separate hashing, queries and the work of PostgreSQL.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psutil
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks import ledger
from benchmarks.figure import Figure
from deploy.local.stack import Stack
from messaging import engine
from services.aggregation.domain import chain
from services.aggregation.store.chain import MOST, BlockChain

_TRANSFERS = 20_000
_COMMUNITY = "com_sealed"
_CONTENTS = text("""
    SELECT t.*, (SELECT array_agg(ARRAY[e.account, e.amount::text]) FROM entries e
                  WHERE e.community = t.community AND e.transfer = t.id) AS sides
      FROM transfers t WHERE t.community = :community
""")


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield CPU microseconds per transfer; lower is better."""
    stack.start("aggregation")
    stack.stop("aggregation")
    store = engine.connect_to(stack.database_uris["aggregation"], pool_size=1)
    _seal(store)  # transfers of other benchmarks
    decisions = list(ledger.decisions(_COMMUNITY, 1_000, _TRANSFERS))
    posting = sum(_cpu(store, lambda: ledger.post(stack, "post", decisions)))
    here, there = _cpu(store, lambda: _seal(store))
    hashing = _hash(store)
    store.dispose()
    yield Figure("sealing", "µs/transfer", here + there, posting)
    yield Figure("sealing_in_the_service", "µs/transfer", here, here + there)
    yield Figure("sealing_hashes", "µs/transfer", hashing, here + there)


def _seal(store: Engine) -> None:
    """Seal block after block, each in a transaction, until no transfer is unsealed."""
    sealed = -1
    while sealed:
        with Session(store) as session, session.begin():
            sealed = sum(1 for _ in BlockChain(session, datetime.now(UTC)).seal())


def _hash(store: Engine) -> float:
    """Compute contents, leaves and roots again without a database."""
    with Session(store) as session:
        rows = session.execute(_CONTENTS, {"community": _COMMUNITY}).mappings().all()
    started = time.process_time()
    for start in range(0, len(rows), MOST):
        chain.root([chain.leaf(chain.content(dict(row), _sides(row))) for row in rows[start : start + MOST]])
    return _per_transfer(time.process_time() - started)


def _sides(row: Any) -> list[tuple[str, int]]:
    return [(account, int(amount)) for account, amount in row["sides"]]


def _cpu(store: Engine, work: Callable[[], Any]) -> tuple[float, float]:
    """Return CPU microseconds of `work` per transfer, of this process and of PostgreSQL."""
    here, there = time.process_time(), _postgres_cpu(store)
    work()
    return _per_transfer(time.process_time() - here), _per_transfer(_postgres_cpu(store) - there)


def _postgres_cpu(store: Engine) -> float:
    """Return CPU seconds of all PostgreSQL processes, including ended ones."""
    with store.connect() as connection:
        backend = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()")))
    postmaster = backend.parents()[0]
    ended = postmaster.cpu_times()
    alive = [process.cpu_times() for process in (postmaster, *postmaster.children())]
    total: float = ended.children_user + ended.children_system + sum(times.user + times.system for times in alive)
    return total


def _per_transfer(seconds: float) -> float:
    return seconds / _TRANSFERS * 1e6
