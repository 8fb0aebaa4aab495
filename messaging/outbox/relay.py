"""Publish committed outbox rows at least once.

The relay is a plain process with a thread for each store. Of several relays of a store one leads: the one that holds an
advisory lock, which ends with its connection. The leader publishes unsent rows in batches in order of position, and
marks the rows that the broker confirmed as sent. After an idle time a row is published at once; under load rows are
published in batches, since a batch costs two statements and one sync to disk by the broker, whatever its size.

A row that no queue is bound for is returned by the broker and marked as unrouted. Every few seconds the oldest unrouted
row of each type is published again; once the broker routes it, the other rows of that type follow. If a full queue
rejects a row, its type is suspended for a moment, so that other types go on.
"""

import random
import select
import threading
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

import structlog
from kombu import Exchange
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from messaging import broker, engine
from messaging.consumer.retry import event_exchange
from messaging.errors import ConfirmTimeout
from messaging.outbox import rows
from messaging.outbox.confirming_publisher import ConfirmingPublisher, PublishResult
from messaging.outbox.notify import BATCH_INTERVAL, CHANNEL
from messaging.outbox.rows import EventType, OutboxRow
from messaging.sql.retention import RetentionPolicy, delete_expired

log = structlog.get_logger(__name__)

_BATCH_SIZE = 500
_POLL_INTERVAL = 0.2  # seconds, without a notification
_LOCK_INTERVAL = 1.0  # seconds between attempts to become the leader
_PROBE_INTERVAL = 5.0  # seconds between attempts to publish unrouted rows
_PRUNE_INTERVAL = 3600.0  # seconds between deletions of expired rows
_SUSPENSION = 1.0  # seconds for which a type is not published after a queue rejected it
_LOST: tuple[type[Exception], ...] = (SQLAlchemyError, ConfirmTimeout, *broker.ERRORS)
_TRY_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended('relay', 0))")


class Relay:
    """Publishes the outbox of one store, and reconnects whenever the broker or the database is lost."""

    def __init__(self, service: str, config: Mapping[str, Any], stopping: threading.Event) -> None:
        self.service = service
        self._config = config
        self._stopping = stopping
        self._engine = engine.connect_to(config["DATABASES"][service])
        self._log = log.bind(relay=service)

    def run(self) -> None:
        """Run until `stopping` is set; finish the current batch first."""
        pause = 0.0
        while not self._stopping.is_set():
            started = monotonic()
            try:
                self._lead()
            except _LOST as error:
                pause = 0.25 if monotonic() - started > 10 else min(pause * 2 + 0.25, 5.0)
                self._log.warning("connection_lost", error=repr(error), retry_in=pause)
                self._stopping.wait(pause)

    def _lead(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as store:
            while not store.scalar(_TRY_LOCK):
                if self._stopping.wait(_LOCK_INTERVAL):
                    return
            store.execute(text(f"LISTEN {CHANNEL}"))
            with broker.connected(self._config) as connection:
                self._log.info("leading")
                session = LeaderSession(self.service, store, connection, self._config)
                while not self._stopping.is_set():
                    started = monotonic()
                    count = session.publish_batch()
                    if 0 < count < _BATCH_SIZE:
                        self._stopping.wait(max(started + BATCH_INTERVAL - monotonic(), 0))
                    if count < _BATCH_SIZE:
                        session.wait_for_notification(_POLL_INTERVAL)


class LeaderSession:
    """The state of the leading relay, valid for one database connection and one broker connection."""

    def __init__(self, service: str, store: Connection, connection: Any, config: Mapping[str, Any]) -> None:
        self._store = store
        self._connection = connection
        if config.get("DECLARE_EVENT_EXCHANGES") is not False:
            Exchange(f"{service}.events", type="topic", durable=True)(connection.default_channel).declare()
        self._service = service
        self._publisher = ConfirmingPublisher(connection)
        self._log = log.bind(relay=service)
        self._unrouted = rows.unrouted_types(store)
        self._probed_at = monotonic()
        self._suspended_until: dict[EventType, float] = {}
        self._retention = RetentionPolicy.from_config(config)
        self._pruned_at = monotonic() - random.uniform(0, _PRUNE_INTERVAL)

    def publish_batch(self) -> int:
        """Publish one batch and return the number of rows that were sent or found unrouted."""
        now = monotonic()
        self._suspended_until = {each: until for each, until in self._suspended_until.items() if until > now}
        if self._unrouted and now - self._probed_at > _PROBE_INTERVAL:
            self._probe_unrouted()
        batch = rows.unsent(self._store, _BATCH_SIZE, self._suspended_until)
        if not batch:
            self._prune_if_due(now)
            return 0
        result = self._publisher.publish(batch, self._route)
        self._save_result(batch, result)
        return len(result.confirmed) + len(result.returned)

    def wait_for_notification(self, seconds: float) -> None:
        """Return on NOTIFY or after `seconds`. Raise when one of the connections is lost meanwhile."""
        session = self._store.connection.dbapi_connection
        assert session is not None
        if not session.notifies:
            broker_socket = self._connection.connection.sock
            readable, _, _ = select.select([session, broker_socket], [], [], seconds)
            if session in readable:
                session.poll()
            if broker_socket in readable:
                with suppress(TimeoutError):  # a heartbeat dispatches nothing
                    self._connection.drain_events(timeout=0.01)
        session.notifies.clear()
        self._connection.heartbeat_check()

    def _prune_if_due(self, now: float) -> None:
        if now - self._pruned_at > _PRUNE_INTERVAL:
            self._pruned_at = now
            deleted = delete_expired(self._store, self._retention)
            self._log.info("pruned", **deleted)

    def _save_result(self, batch: list[OutboxRow], result: PublishResult) -> None:
        by_position = {row.position: row for row in batch}
        if result.confirmed:
            rows.mark_sent(self._store, result.confirmed)
        if result.returned:
            rows.mark_unrouted(self._store, result.returned)
            new = {by_position[position].event_type for position in result.returned} - self._unrouted
            if new:
                self._log.info("events_unrouted", events=sorted(event_type.name for event_type in new))
                self._unrouted |= new
        for position in result.rejected:
            self._suspended_until[by_position[position].event_type] = monotonic() + _SUSPENSION
        if result.rejected:
            self._log.warning("events_rejected", count=len(result.rejected))

    def _route(self, row: OutboxRow) -> tuple[str, str]:
        """Route to the exchange of the store's own service, whatever publisher the row names."""
        return event_exchange(self._service), row.name

    def _probe_unrouted(self) -> None:
        """Publish the oldest unrouted row of each type; if it is routed now, mark the others of its type as unsent."""
        self._probed_at = monotonic()
        for event_type in list(self._unrouted):
            oldest = rows.oldest_unrouted(self._store, event_type)
            if oldest is None:
                self._unrouted.discard(event_type)
                continue
            result = self._publisher.publish([oldest], self._route)
            if result.confirmed:
                rows.mark_sent(self._store, result.confirmed)
                count = rows.mark_unsent(self._store, event_type)
                self._unrouted.discard(event_type)
                self._log.info("events_routed", event_name=event_type.name, count=count)


def relay(services: list[str], config: Mapping[str, Any], stopping: threading.Event) -> None:
    """Relay the stores of `services`, each in a thread, until `stopping` is set."""
    threads = [
        threading.Thread(target=Relay(service, config, stopping).run, name=f"relay {service}") for service in services
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
