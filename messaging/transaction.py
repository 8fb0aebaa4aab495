"""One unit of work: state, events said, events heard and the reply to a request commit together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from messaging.envelope import Envelope, Event
from messaging.tables import outbox

_RECORD = insert(outbox)
_AT_ONCE = 500  # events written in one statement; between two, others on the hub get their turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """What makes two requests one: who sent it, the key they chose, and a digest of what it says."""

    caller: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a piece of work was caused by. It travels with calls and, as `traceparent`, with events."""

    request_id: str | None = None
    traceparent: str | None = None
    idempotency: Idempotency | None = None


class Transaction:
    """What a command or a handler works with.

    A service subclasses it and adds its repositories as cached properties over `session`.
    """

    def __init__(self, session: Session, now: datetime, context: Context) -> None:
        self.session = session
        self.context = context
        #: the one instant at which all of this happens, aware, in UTC
        self.now = now
        #: the events said so far; they are written to the outbox as the last thing before the commit
        self.emitted: list[Event] = []

    def emit(self, *events: Event) -> None:
        """Say `events`, in this order, if and only if this transaction commits."""
        self.emitted.extend(events)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may fail alone: on an exception its changes and its events are undone, and it is raised."""
        said = len(self.emitted)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self.emitted[said:]
            raise

    def record_emitted(self) -> None:
        """Write what was said to the outbox. Called by the store, once, before it commits."""
        if self.emitted:
            self.session.flush()  # its locks put the events of one thing in order
        for start in range(0, len(self.emitted), _AT_ONCE):
            self._record(self.emitted[start : start + _AT_ONCE])

    def _record(self, events: list[Event]) -> None:
        envelopes = [Envelope.around(event, at=self.now, traceparent=self.context.traceparent) for event in events]
        self.session.execute(
            _RECORD,
            [
                {
                    "id": envelope.id,
                    "publisher": envelope.publisher,
                    "name": envelope.name,
                    "community": envelope.community,
                    "subject": envelope.subject,
                    "body": envelope.dump(),
                    "emitted_at": self.now,
                }
                for envelope in envelopes
            ],
        )
