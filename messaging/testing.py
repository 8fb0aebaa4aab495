"""Call a service's methods in tests, in real transactions on PostgreSQL and without a broker.

::

    def test_an_endorsed_claim_is_announced(store_uri):
        review = ServiceHarness(ReviewService, store_uri)
        review.handle(ClaimSubmitted(community="com_1", claim="clm_1", …))
        reply = review.call("decide", actor={"person": "per_head"}, review_id=…, decision={"decision": "endorse"})
        assert reply["stage"] == "final"
        assert review.emitted == [ClaimEndorsed(…)]

`store_uri` is a database with the service's tables: `temporary_database` creates an empty one, `migrate.upgrade` or
`metadata.create_all` creates the tables.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from sqlalchemy import Engine, NullPool, create_engine, text

from messaging import engine
from messaging.consumer.receive import EventConsumer
from messaging.consumer.receive_batch import ReceiveBatch
from messaging.consumer.rpc import Command
from messaging.envelope import Envelope, Event, ReceivedEvent
from messaging.store import Store, StoreAccess
from messaging.transaction import Context, Idempotency, Transaction


class ServiceHarness:
    """One service with a store. `emitted` collects the events of its committed transactions.

    `dependencies` replace the service's other nameko dependencies, by attribute name.
    """

    def __init__(self, service_class: type, database_uri: str, **dependencies: Any) -> None:
        self.service_class = service_class
        self.engine: Engine = engine.connect_to(database_uri)
        #: the events of committed transactions, in order
        self.emitted: list[Any] = []
        #: whether the last command returned a stored reply
        self.replayed = False
        self._now: datetime | None = None
        self._dependencies = dependencies

    # time ----------------------------------------------------------------------------------------

    def at(self, now: datetime) -> "ServiceHarness":
        """Set `tx.now` of the following calls to `now` (aware)."""
        self._now = now.astimezone(UTC)
        return self

    def later(self, **delta: float) -> "ServiceHarness":
        """Advance `tx.now` of the following calls: `later(days=5)`."""
        return self.at(self._clock() + timedelta(**delta))

    # calls ---------------------------------------------------------------------------------------

    def call(self, method: str, *, idempotency: Idempotency | None = None, **arguments: Any) -> Any:
        """Return what the `@command` or `@query` `method` returns, as it is after the transport as JSON."""
        service = self._service(Context(request_id="test", idempotency=idempotency))
        reply = json.loads(json.dumps(getattr(service, method)(**arguments)))
        if not any(isinstance(entrypoint, Command) for entrypoint in self._entrypoints(method)):
            return reply
        self.replayed = reply["replayed"]
        return reply["data"]

    def handle(self, *events: Event) -> list[Any]:
        """Deliver `events`, each once, to the handlers of the service. Return the events emitted meanwhile."""
        return self.deliver(*(Envelope.wrap(event, at=self._clock()) for event in events))

    def deliver(self, *envelopes: Envelope) -> list[Any]:
        """Deliver `envelopes` to the handlers of their events; the same one twice is a repeated delivery.

        A `@receive_batch` handler gets all of them in one batch. Raise LookupError if there is no handler for any.
        """
        before = len(self.emitted)
        handled = False
        for method, consumer in self._event_consumers():
            event_types = {(event.publisher, event.name()) for event in consumer.events}
            received = [
                ReceivedEvent.from_envelope(envelope, consumer.events)
                for envelope in envelopes
                if (envelope.publisher, envelope.name) in event_types
            ]
            handled = handled or bool(received)
            if received and isinstance(consumer, ReceiveBatch):
                getattr(self._service(), method)(received)
            else:
                for arrival in received:
                    getattr(self._service(), method)(arrival)
        if envelopes and not handled:
            raise LookupError(f"{self.service_class.__name__} has no handler for any of {envelopes}")
        return self.emitted[before:]

    def tick(self, method: str) -> list[Any]:
        """Run the `@tick` `method` once. Return the events emitted."""
        before = len(self.emitted)
        getattr(self._service(), method)()
        return self.emitted[before:]

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Open a transaction of the service, to prepare or to inspect its store."""
        with self._access(Context()).transaction() as tx:
            yield tx

    # internals - -------------------------------------------------------------------------------------

    def _clock(self) -> datetime:
        return self._now or datetime.now(UTC)

    def _on_commit(self, tx: Transaction) -> None:
        self.emitted.extend(tx.emitted)

    def _store(self) -> tuple[str, Store]:
        for name in dir(self.service_class):
            value = getattr(self.service_class, name)
            if isinstance(value, Store):
                return name, value
        raise LookupError(f"{self.service_class.__name__} has no store")

    def _access(self, context: Context) -> StoreAccess:
        return StoreAccess(
            self.engine,
            self._store()[1].transaction_class,
            context=context,
            clock=self._clock,
            on_commit=self._on_commit,
        )

    def _service(self, context: Context | None = None) -> Any:
        service = self.service_class()
        setattr(service, self._store()[0], self._access(context or Context()))
        for name, dependency in self._dependencies.items():
            setattr(service, name, dependency)
        return service

    def _entrypoints(self, method: str) -> list[Any]:
        return list(getattr(getattr(self.service_class, method), ENTRYPOINT_EXTENSIONS_ATTR, ()))

    def _event_consumers(self) -> Iterator[tuple[str, EventConsumer]]:
        for method in sorted(dir(self.service_class)):
            for entrypoint in self._entrypoints(method):
                if isinstance(entrypoint, EventConsumer):
                    yield method, entrypoint


@contextmanager
def temporary_database(server_uri: str) -> Iterator[str]:
    """Create an empty database on the server at `server_uri` and return its URI; drop it after the block."""
    server = create_engine(engine.url(server_uri), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"test_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield engine.url(server_uri).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
