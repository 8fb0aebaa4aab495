"""A service under test without a broker: its methods, called in real transactions on a real PostgreSQL.

::

    def test_an_endorsed_claim_is_announced(store_uri):
        review = ServiceHarness(ReviewService, store_uri)
        review.handle(ClaimSubmitted(community="com_1", claim="clm_1", …))
        reply = review.call("decide", actor={"person": "per_head"}, review_id=…, decision="endorse")
        assert reply["stage"] == "final"
        assert review.emitted == [ClaimEndorsed(…)]

`store_uri` names a database with the service's tables: `temporary_database` makes an empty one, `migrate.upgrade` or
`metadata.create_all` fills it.
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
from messaging.batch import ReceiveBatch
from messaging.command import Command
from messaging.envelope import Arrival, Envelope, Event
from messaging.receive import Listener
from messaging.store import Store, StoreAccess
from messaging.transaction import Context, Idempotency, Transaction


class ServiceHarness:
    """One service with a store; whatever it says is collected in `emitted`, once committed.

    `dependencies` stand in for the service's other nameko dependencies, by attribute name.
    """

    def __init__(self, service_class: type, database_uri: str, **dependencies: Any) -> None:
        self.service_class = service_class
        self.engine: Engine = engine.connect_to(database_uri)
        #: the events of committed transactions, in order
        self.emitted: list[Any] = []
        #: whether the last command was answered from an earlier one
        self.replayed = False
        self._now: datetime | None = None
        self._dependencies = dependencies

    # time ----------------------------------------------------------------------------------------

    def at(self, now: datetime) -> "ServiceHarness":
        """From here on `tx.now` is `now` (aware)."""
        self._now = now.astimezone(UTC)
        return self

    def later(self, **delta: float) -> "ServiceHarness":
        """From here on `tx.now` is that much later: `later(days=5)`."""
        return self.at(self._clock() + timedelta(**delta))

    # calls ---------------------------------------------------------------------------------------

    def call(self, method: str, *, idempotency: Idempotency | None = None, **arguments: Any) -> Any:
        """What `@command` or `@query` `method` returns (without the envelope around a command's reply)."""
        service = self._service(Context(request_id="test", idempotency=idempotency))
        answer = json.loads(json.dumps(getattr(service, method)(**arguments)))  # as it travels
        if not any(isinstance(entrypoint, Command) for entrypoint in self._entrypoints(method)):
            return answer
        self.replayed = answer["replayed"]
        return answer["data"]

    def handle(self, *events: Event) -> list[Any]:
        """Deliver `events`, each once, to every handler of the service that hears them; what was said meanwhile."""
        return self.deliver(*(Envelope.around(event, at=self._clock()) for event in events))

    def deliver(self, *envelopes: Envelope) -> list[Any]:
        """Deliver `envelopes`, as the broker would: the same one twice is a repeated delivery.

        A `@receive_batch` handler gets those it hears in one batch.
        """
        before = len(self.emitted)
        handled = False
        for method, listener in self._listeners():
            heard = {(event.publisher, event.name()) for event in listener.events}
            arrivals = [
                Arrival.of(envelope, listener.events)
                for envelope in envelopes
                if (envelope.publisher, envelope.name) in heard
            ]
            handled = handled or bool(arrivals)
            if arrivals and isinstance(listener, ReceiveBatch):
                getattr(self._service(), method)(arrivals)
            else:
                for arrival in arrivals:
                    getattr(self._service(), method)(arrival)
        if envelopes and not handled:
            raise LookupError(f"{self.service_class.__name__} hears none of {envelopes}")
        return self.emitted[before:]

    def tick(self, method: str) -> list[Any]:
        """Let the timer of `method` fire once; what was said."""
        before = len(self.emitted)
        getattr(self._service(), method)()
        return self.emitted[before:]

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A transaction of the service's own kind, to arrange or to look."""
        with self._access(Context()).transaction() as tx:
            yield tx

    # inside --------------------------------------------------------------------------------------

    def _clock(self) -> datetime:
        return self._now or datetime.now(UTC)

    def _committed(self, tx: Transaction) -> None:
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
            committed=self._committed,
        )

    def _service(self, context: Context | None = None) -> Any:
        service = self.service_class()
        setattr(service, self._store()[0], self._access(context or Context()))
        for name, dependency in self._dependencies.items():
            setattr(service, name, dependency)
        return service

    def _entrypoints(self, method: str) -> list[Any]:
        return list(getattr(getattr(self.service_class, method), ENTRYPOINT_EXTENSIONS_ATTR, ()))

    def _listeners(self) -> Iterator[tuple[str, Listener]]:
        for method in sorted(dir(self.service_class)):
            for entrypoint in self._entrypoints(method):
                if isinstance(entrypoint, Listener):
                    yield method, entrypoint


@contextmanager
def temporary_database(server_uri: str) -> Iterator[str]:
    """The URI of a new, empty database on the server at `server_uri`; it is dropped afterwards."""
    server = create_engine(engine.url(server_uri), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    name = f"test_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield engine.url(server_uri).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
