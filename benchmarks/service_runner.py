"""One service at work without a broker: its own methods on its store, and what it says kept for who hears it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

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
    """What some work took: time, CPU of the service and of PostgreSQL, and how many claims it was for."""

    seconds: float = 0.0
    cpu: float = 0.0
    claims: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu, self.claims + other.claims)


class ServiceRunner:
    """One service; `said` is kept until it is handed on, `later` moves its clock."""

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
            on_commit=lambda tx: self.emitted.extend(tx.emitted),
        )
        with self.engine.connect() as connection:
            self._server = psutil.Process(connection.scalar(text("SELECT pg_backend_pid()")))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_offset

    def deliver(self, handler: str, events: Iterable[Event]) -> None:
        """Hand over `events` in batches of the handler's own size."""
        method = getattr(self.service, handler)
        [listener] = [each for each in getattr(method, ENTRYPOINT_EXTENSIONS_ATTR) if isinstance(each, EventConsumer)]
        received = [ReceivedEvent(Envelope.wrap(event, at=self.now()), event) for event in events]
        for start in range(0, len(received), listener.size):
            method(received[start : start + listener.size])

    def take_emitted(self) -> list[Event]:
        """What was said since the last time."""
        said = list(self.emitted)
        self.emitted.clear()
        return said

    def database_cpu(self) -> float:
        """Seconds of CPU that the server has spent on this connection so far."""
        times = self._server.cpu_times()
        return float(times.user + times.system)
