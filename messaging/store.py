"""A service's own database, as the service sees it: a place where transactions are opened.

`Store` is the nameko dependency. Nobody opens a transaction by hand: `@command`, `@query`, `@receive`, `@receive_batch`
and `@tick` do, through the `StoreAccess` that each worker gets.
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

from messaging import db_errors, engine
from messaging.outbox.notify import RelayNotifier
from messaging.transaction import Context, Idempotency, Transaction

T = TypeVar("T")
_ATTEMPTS = 4  # of a transaction that lost a race against another
_FRESH = 1.0  # seconds within which a connection that was dead from the start has failed

_LOOKING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StoreAccess:
    """Opens transactions on one store, on behalf of one worker and what caused its work."""

    def __init__(
        self,
        engine: Engine,
        transaction_class: type[Transaction] = Transaction,
        *,
        context: Context | None = None,
        clock: Callable[[], datetime] = _utc_now,
        committed: Callable[[Transaction], None] = lambda tx: None,
    ) -> None:
        self.engine = engine
        self.context = context or Context()
        self._transaction_class = transaction_class
        self._clock = clock
        self._committed = committed

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Any]:
        """A transaction that commits, with its events, when the block ends, and rolls back when it raises.

        A read-only one sees a single instant, however many questions it asks, and refuses to write.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            if read_only:
                session.connection(execution_options=_LOOKING)
            tx = self._transaction_class(session, self._clock(), self.context)
            yield tx
            tx.record()
            session.commit()
        self._committed(tx)

    def run(self, work: Callable[[Any], T], *, read_only: bool = False) -> T:
        """The result of `work(tx)`, committed.

        It is done again, a few times, if it met a deadlock, or a connection that had died since it was last used.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            began, worked = time.monotonic(), False
            try:
                with self.transaction(read_only=read_only) as tx:
                    result = work(tx)
                    worked = True
                return result
            except DBAPIError as error:
                stale = error.connection_invalidated and not worked and time.monotonic() - began < _FRESH
                if attempt == _ATTEMPTS or not (stale or db_errors.is_conflict(error)):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")


class Store(DependencyProvider):  # type: ignore[misc]
    """The database named after the service in the configuration's `DATABASES`.

    A service subclasses it to say which `Transaction` it works with::

        class ReviewStore(Store):
            transaction_class = ReviewTransaction
    """

    transaction_class: type[Transaction] = Transaction

    def setup(self) -> None:
        engine.share_the_hub()
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
        """Called by nameko for each worker."""
        return StoreAccess(
            self._engine,
            self.transaction_class,
            context=_context(worker_ctx.data),
            committed=self._notifier.notify_after,
        )


def _context(data: dict[str, Any]) -> Context:
    idempotency = data.get("idempotency")
    return Context(
        request_id=data.get("request_id"),
        traceparent=data.get("traceparent"),
        idempotency=Idempotency(**idempotency) if idempotency else None,
    )
