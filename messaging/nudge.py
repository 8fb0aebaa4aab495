"""Tells the relay that there is something to send, so that it need not wait for its next look.

A `NOTIFY` inside the transaction would make commits queue behind each other (PostgreSQL takes one lock for all of
them); so one greenlet sends it afterwards, once for all that committed meanwhile, and then rests for as long as the
relay does between batches. It may get lost: the relay polls, too.
"""

import time
from contextlib import suppress

import psycopg2
from eventlet.event import Event
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from messaging.transaction import Transaction

CHANNEL = "outbox"
PACE = 0.05  # seconds from one batch to the next, unless it was full


class Nudge:
    """One for each store in a service's process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._due = Event()
        self._stopped = False

    def after(self, tx: Transaction) -> None:
        """Called for each transaction that has committed."""
        if tx.emitted and not self._due.ready():
            self._due.send()

    def run(self) -> None:
        """Send nudges until `stop` is called."""
        while not self._stopped:
            self._due.wait()
            self._due = Event()
            with (
                suppress(SQLAlchemyError, psycopg2.Error),  # the latter where a dead connection is handed back
                self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
            ):
                connection.execute(text(f"NOTIFY {CHANNEL}"))
            time.sleep(PACE)

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped = True
        if not self._due.ready():
            self._due.send()
