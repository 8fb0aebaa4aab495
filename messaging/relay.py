"""Takes what services have said from their outboxes to the broker: at least once, and never by half.

A plain process; one thread a store. Of all relays of a store one leads, by an advisory lock that ends with its
connection. It sends batch after batch in the order of the outbox, and marks as sent what the broker has confirmed.
What comes after a rest leaves at once; while more keeps coming it leaves in batches, since each costs two statements
and the broker a sync to disk, whether it holds one event or five hundred.

What no queue is bound for comes back. It is put by (`unrouted_at`), blocks nobody, and its kind is tried again now and
then with its oldest event: as soon as somebody listens, all that waited follows. What a full queue refuses rests for a
moment, with its kind.
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

from messaging import broker, engine, outbox
from messaging.errors import NotAnswering
from messaging.nudge import CHANNEL, PACE
from messaging.outbox import Kind, Said
from messaging.pipeline import Outcome, Pipeline
from messaging.prune import Keep, prune

log = structlog.get_logger(__name__)

_BATCH = 500
_POLL = 0.2  # seconds between looks when nobody nudges
_STANDBY = 1.0  # seconds between attempts to lead
_PROBE = 5.0  # seconds between looks at whether somebody listens by now
_PRUNE = 3600.0  # seconds between looks for what is old
_REST = 1.0  # seconds a kind rests after a queue refused it
_INTERRUPTIONS: tuple[type[Exception], ...] = (SQLAlchemyError, NotAnswering, *broker.ERRORS)
_LEAD = text("SELECT pg_try_advisory_lock(hashtextextended('relay', 0))")


class Relay:
    """Relays one store, for ever, whatever becomes of the broker or the database."""

    def __init__(self, service: str, config: Mapping[str, Any], stopping: threading.Event) -> None:
        self.service = service
        self._config = config
        self._stopping = stopping
        self._engine = engine.connect_to(config["DATABASES"][service])
        self._log = log.bind(relay=service)

    def run(self) -> None:
        """Return when `stopping` is set, after the batch in work."""
        pause = 0.0
        while not self._stopping.is_set():
            started = monotonic()
            try:
                self._lead()
            except _INTERRUPTIONS as error:
                pause = 0.25 if monotonic() - started > 10 else min(pause * 2 + 0.25, 5.0)
                self._log.warning("interrupted", error=repr(error), retry_in=pause)
                self._stopping.wait(pause)

    def _lead(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as store:
            while not store.scalar(_LEAD):
                if self._stopping.wait(_STANDBY):
                    return
            store.execute(text(f"LISTEN {CHANNEL}"))
            with broker.connected(self._config) as connection:
                self._log.info("leading")
                term = Term(self.service, store, connection, self._config)
                while not self._stopping.is_set():
                    began = monotonic()
                    sent = term.send()
                    if 0 < sent < _BATCH:
                        self._stopping.wait(max(began + PACE - monotonic(), 0))
                    if sent < _BATCH:
                        term.wait(_POLL)


class Term:
    """The time during which one relay leads on one pair of connections."""

    def __init__(self, service: str, store: Connection, connection: Any, config: Mapping[str, Any]) -> None:
        self._store = store
        self._connection = connection
        if config.get("DECLARE_EVENT_EXCHANGES") is not False:
            Exchange(f"{service}.events", type="topic", durable=True)(connection.default_channel).declare()
        self._pipeline = Pipeline(connection)
        self._log = log.bind(relay=service)
        self._unrouted = outbox.unrouted_kinds(store)
        self._probed_at = monotonic()
        self._resting: dict[Kind, float] = {}
        self._keep = Keep.of(config)
        self._pruned_at = monotonic() - random.uniform(0, _PRUNE)

    def send(self) -> int:
        """Send one batch; how many events left the outbox."""
        now = monotonic()
        self._resting = {kind: until for kind, until in self._resting.items() if until > now}
        if self._unrouted and now - self._probed_at > _PROBE:
            self._probe()
        batch = outbox.unsent(self._store, _BATCH, self._resting)
        if not batch:
            self._prune_if_due(now)
            return 0
        outcome = self._pipeline.publish(batch, _to_listeners)
        self._record(batch, outcome)
        return len(outcome.confirmed) + len(outcome.returned)

    def wait(self, seconds: float) -> None:
        """Wait for a nudge, at most `seconds`; notice meanwhile when a connection is lost."""
        session = self._store.connection.dbapi_connection
        assert session is not None
        if not session.notifies:
            broker_socket = self._connection.connection.sock
            readable, _, _ = select.select([session, broker_socket], [], [], seconds)
            if session in readable:
                session.poll()
            if broker_socket in readable:
                with suppress(TimeoutError):  # it was a heartbeat
                    self._connection.drain_events(timeout=0.01)
        session.notifies.clear()
        self._connection.heartbeat_check()

    def _prune_if_due(self, now: float) -> None:
        if now - self._pruned_at > _PRUNE:
            self._pruned_at = now
            deleted = prune(self._store, self._keep)
            self._log.info("pruned", **deleted)

    def _record(self, batch: list[Said], outcome: Outcome) -> None:
        by_position = {said.position: said for said in batch}
        if outcome.confirmed:
            outbox.mark_sent(self._store, outcome.confirmed)
        if outcome.returned:
            outbox.mark_unrouted(self._store, outcome.returned)
            new = {by_position[position].kind for position in outcome.returned} - self._unrouted
            if new:
                self._log.info("nobody_listens", events=sorted(kind.name for kind in new))
                self._unrouted |= new
        for position in outcome.refused:
            self._resting[by_position[position].kind] = monotonic() + _REST
        if outcome.refused:
            self._log.warning("refused", count=len(outcome.refused))

    def _probe(self) -> None:
        """Offer the oldest event of each kind nobody listened to; if it is taken, let the others follow."""
        self._probed_at = monotonic()
        for kind in list(self._unrouted):
            oldest = outbox.oldest_unrouted(self._store, kind)
            if oldest is None:
                self._unrouted.discard(kind)
                continue
            outcome = self._pipeline.publish([oldest], _to_listeners)
            if outcome.confirmed:
                outbox.mark_sent(self._store, outcome.confirmed)
                released = outbox.release(self._store, kind)
                self._unrouted.discard(kind)
                self._log.info("somebody_listens", event_name=kind.name, released=released)


def _to_listeners(said: Said) -> tuple[str, str]:
    return f"{said.publisher}.events", said.name


def relay(services: list[str], config: Mapping[str, Any], stopping: threading.Event) -> None:
    """Relay the stores of `services`, a thread each, until `stopping` is set."""
    threads = [
        threading.Thread(target=Relay(service, config, stopping).run, name=f"relay {service}") for service in services
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
