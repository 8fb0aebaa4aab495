"""The unit of work: state, outbox rows, inbox rows and the reply to a request commit together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Text, bindparam, cast, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from messaging.envelope import Envelope, Event
from messaging.fastpath.statements import deferred, prepared
from messaging.tables import idempotency_keys, outbox

_BATCH_SIZE = 500  # events inserted by one statement; between two, other greenlets run
_COLUMNS = ("id", "publisher", "name", "community", "subject", "body")
_arrays = func.unnest(*(bindparam(f"each_{name}", type_=ARRAY(Text)) for name in _COLUMNS))
_row = _arrays.table_valued(*_COLUMNS, with_ordinality="place").render_derived()
_INSERT_EVENTS = insert(outbox).from_select(
    [*_COLUMNS, "emitted_at"],
    select(
        *(cast(_row.c[name], JSON) if name == "body" else _row.c[name] for name in _COLUMNS),
        bindparam("emitted_at", type_=DateTime(timezone=True)),
    ).order_by(_row.c.place),
)
_UPDATE_REPLY = (
    update(idempotency_keys)
    .where(idempotency_keys.c.caller == bindparam("of_caller"), idempotency_keys.c.key == bindparam("of_key"))
    .values(reply=bindparam("with_reply"))
)
_INSERT_EVENTS_AND_UPDATE_REPLY = deferred(prepared(_UPDATE_REPLY.add_cte(_INSERT_EVENTS.cte("inserted"))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """Identifies a request: its caller, the idempotency key they chose, and a digest of its content."""

    caller: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The cause of a unit of work. It is passed with calls; events carry its `traceparent`."""

    request_id: str | None = None
    traceparent: str | None = None
    idempotency: Idempotency | None = None


class Transaction:
    """Base class of services' units of work, which add their repositories as cached properties over `session`."""

    def __init__(self, session: Session, now: datetime, context: Context) -> None:
        self.session = session
        self.context = context
        #: the time of the transaction, aware, in UTC
        self.now = now
        #: the events emitted so far; `flush_outbox` inserts them
        self.emitted: list[Event] = []
        self._reply: dict[str, Any] = {}

    def emit(self, *events: Event) -> None:
        """Publish `events`, in this order, after the transaction has committed."""
        self.emitted.extend(events)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run the block in a savepoint. On an exception undo its changes and events, and raise it."""
        count = len(self.emitted)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self.emitted[count:]
            raise

    def store_reply(self, request: Idempotency, reply: Any) -> None:
        """Store `reply`, JSON primitives, with the idempotency key of `request` when the transaction commits."""
        self._reply = {"of_caller": request.caller, "of_key": request.key, "with_reply": reply}

    def flush_outbox(self) -> None:
        """Insert the emitted events into the outbox and store the reply. Called once, before the commit."""
        self.session.flush()  # row locks taken here give the events of one aggregate their order
        batches = [self.emitted[start : start + _BATCH_SIZE] for start in range(0, len(self.emitted), _BATCH_SIZE)]
        last = batches.pop() if batches and self._reply else []
        for batch in batches:
            self.session.execute(_INSERT_EVENTS, self._columns(batch))
        if last:
            self.session.execute(_INSERT_EVENTS_AND_UPDATE_REPLY, self._columns(last) | self._reply)
        elif self._reply:
            self.session.execute(_UPDATE_REPLY, self._reply)

    def _columns(self, events: list[Event]) -> dict[str, Any]:
        """Return the outbox rows of `events` as one array per column."""
        envelopes = [Envelope.wrap(event, at=self.now, traceparent=self.context.traceparent) for event in events]
        return {
            "each_id": [envelope.id for envelope in envelopes],
            "each_publisher": [envelope.publisher for envelope in envelopes],
            "each_name": [envelope.name for envelope in envelopes],
            "each_community": [envelope.community for envelope in envelopes],
            "each_subject": [envelope.subject for envelope in envelopes],
            "each_body": [envelope.to_json() for envelope in envelopes],
            "emitted_at": self.now,
        }
