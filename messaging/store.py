"""A service's database: `Store` is the nameko dependency, `StoreAccess` opens transactions for one worker.

Services do not open transactions themselves: `@command`, `@query`, `@receive`, `@receive_batch` and `@tick` do.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from nameko.extensions import DependencyProvider
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from messaging import engine
from messaging.outbox.notify import RelayNotifier
from messaging.sql import db_errors
from messaging.transaction import Context, Idempotency, Transaction

T = TypeVar("T")
_ATTEMPTS = 4  # of a transaction that met a deadlock or a stale connection
_STALE_WITHIN = 1.0  # seconds in which the first statement on a stale connection fails

_READ_ONLY = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StoreAccess:
    """Opens transactions on one store for one worker. `on_commit` is called with each committed transaction."""

    def __init__(
        self,
        engine: Engine,
        transaction_class: type[Transaction] = Transaction,
        *,
        context: Context | None = None,
        clock: Callable[[], datetime] = _utc_now,
        on_commit: Callable[[Transaction], None] = lambda tx: None,
    ) -> None:
        self.engine = engine
        self.context = context or Context()
        self._transaction_class = transaction_class
        self._clock = clock
        self._on_commit = on_commit

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Any]:
        """Open a transaction that commits, with its events, when the block ends, and rolls back when it raises.

        In a read-only one all statements see the same snapshot, and PostgreSQL refuses to write.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            if read_only:
                session.connection(execution_options=_READ_ONLY)
            tx = self._transaction_class(session, self._clock(), self.context)
            yield tx
            tx.flush_outbox()
            session.commit()
        self._on_commit(tx)

    def run(self, work: Callable[[Any], T], *, read_only: bool = False) -> T:
        """Run `work(tx)` in a transaction, commit and return its result.

        Run it again, up to four times in all, after a deadlock or on a connection that was already dead.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            started, work_done = time.monotonic(), False
            try:
                with self.transaction(read_only=read_only) as tx:
                    result = work(tx)
                    work_done = True
                return result
            except DBAPIError as error:
                stale = error.connection_invalidated and not work_done and time.monotonic() - started < _STALE_WITHIN
                if attempt == _ATTEMPTS or not (stale or db_errors.is_conflict(error)):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")


class Store(DependencyProvider):  # type: ignore[misc]
    """The database of the service in the configuration's `DATABASES`.

    A service subclasses it to name its `Transaction` class::

        class ReviewStore(Store):
            transaction_class = ReviewTransaction
    """

    transaction_class: type[Transaction] = Transaction

    def setup(self) -> None:
        engine.use_eventlet_hub()
        self._engine = engine.connect_to(
            self.container.config["DATABASES"][self.container.service_name],
            pool_size=self.container.max_workers + 1,  # and one for the notifier
        )
        self._notifier = RelayNotifier(self._engine)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._notifier.run, identifier="relay notifier")

    def stop(self) -> None:
        self._notifier.stop()
        self._engine.dispose()

    def get_dependency(self, worker_ctx: Any) -> StoreAccess:
        """Return the worker's `StoreAccess`. nameko calls this for each worker."""
        return StoreAccess(
            self._engine,
            self.transaction_class,
            context=_context(worker_ctx.data),
            on_commit=self._notifier.notify_after,
        )


def _context(data: dict[str, Any]) -> Context:
    idempotency = data.get("idempotency")
    return Context(
        request_id=data.get("request_id"),
        traceparent=data.get("traceparent"),
        idempotency=Idempotency(**idempotency) if idempotency else None,
    )
