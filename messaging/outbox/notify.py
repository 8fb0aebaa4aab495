"""Wake up the relay after a commit, so that it does not wait for its next poll.

PostgreSQL serializes the commits of transactions that execute NOTIFY. So one greenlet executes it outside of them, once
for all transactions committed since the last time, at most once in `BATCH_INTERVAL`. A lost notification delays an
event by one poll interval of the relay.
"""

import time
from contextlib import suppress

import psycopg2
from eventlet.event import Event
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from messaging.transaction import Transaction

CHANNEL = "outbox"
BATCH_INTERVAL = 0.05  # seconds from one batch of the relay to the next, unless the batch was full


class RelayNotifier:
    """Executes NOTIFY for one store of a service's process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._requested = Event()
        self._stopped = False

    def notify_after(self, tx: Transaction) -> None:
        """Request a notification if the committed transaction `tx` has emitted events."""
        if tx.emitted and not self._requested.ready():
            self._requested.send()

    def run(self) -> None:
        """Send requested notifications until `stop` is called."""
        while not self._stopped:
            self._requested.wait()
            self._requested = Event()
            with (
                suppress(SQLAlchemyError, psycopg2.Error),  # psycopg2.Error: the pool takes back a dead connection
                self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            ):
                connection.execute(text(f"NOTIFY {CHANNEL}"))
            time.sleep(BATCH_INTERVAL)

    def stop(self) -> None:
        """Make `run` return."""
        self._stopped = True
        if not self._requested.ready():
            self._requested.send()
