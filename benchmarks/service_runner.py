"""Runs a service without a broker: its methods on its store; its events are kept for the services that receive them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import psutil
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR
from sqlalchemy import text

from contracts.event import Event
from messaging import engine
from messaging.consumer.receive import EventConsumer
from messaging.envelope import Envelope, ReceivedEvent
from messaging.store import StoreAccess
from messaging.transaction import Context


@dataclass
class Cost:
    """Cost of some work: time, CPU of the service and of PostgreSQL, and the number of claims."""

    seconds: float = 0.0
    cpu: float = 0.0
    claims: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu, self.claims + other.claims)


class ServiceRunner:
    """A service; `emitted` holds its events until they are taken, `clock_offset` moves its clock."""

    def __init__(self, service_class: Any, uri: str) -> None:
        self.engine = engine.connect_to(uri, pool_size=1)
        self.emitted: list[Event] = []
        self.clock_offset = timedelta()
        self.service = service_class()
        self.service.store = StoreAccess(
            self.engine,
            service_class.store.transaction_class,
            context=Context(request_id="month"),
            clock=self.now,
            on_commit=lambda tx: self.emitted.extend(cast("list[Event]", tx.emitted)),
        )
        with self.engine.connect() as connection:
            self._server = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()")))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

    def deliver(self, handler: str, events: Iterable[Event]) -> None:
        """Call a handler with `events` in batches of its size."""
        method = getattr(self.service, handler)
        [listener] = [each for each in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR) if isinstance(each, EventConsumer)]
        received = [ReceivedEvent(Envelope.wrap(event, at=self.now()), event) for event in events]
        for start in range(0, len(received), listener.size):
            method(received[start : start + listener.size])

    def take_emitted(self) -> list[Event]:
        """Return the events emitted since the last call."""
        emitted = list(self.emitted)
        self.emitted.clear()
        return emitted

    def database_cpu(self) -> float:
        """Return the CPU seconds that PostgreSQL has spent on this connection."""
        times = self._server.cpu_times()
        return float(times.user + times.system)
