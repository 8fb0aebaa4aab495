"""One unit of work: state, events said, events heard and the reply to a request commit together or not at all."""

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

_AT_ONCE = 500  # events written in one statement; between two, others on the hub get their turn
_SAID = ("id", "publisher", "name", "community", "subject", "body")
_said = func.unnest(*(bindparam(f"each_{name}", type_=ARRAY(Text)) for name in _SAID))
_each = _said.table_valued(*_SAID, with_ordinality="place").render_derived()
_SAY = insert(outbox).from_select(
    [*_SAID, "emitted_at"],
    select(
        *(cast(_each.c[name], JSON) if name == "body" else _each.c[name] for name in _SAID),
        bindparam("emitted_at", type_=DateTime(timezone=True)),
    ).order_by(_each.c.place),
)
_ANSWER = (
    update(idempotency_keys)
    .where(idempotency_keys.c.caller == bindparam("of_caller"), idempotency_keys.c.key == bindparam("of_key"))
    .values(reply=bindparam("with_reply"))
)
_SAY_AND_ANSWER = deferred(prepared(_ANSWER.add_cte(_SAY.cte("said"))))


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
        self._answer: dict[str, Any] = {}

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

    def answer(self, request: Idempotency, reply: Any) -> None:
        """Keep `reply`, JSON primitives, beside the key of `request`, if and only if this transaction commits."""
        self._answer = {"of_caller": request.caller, "of_key": request.key, "with_reply": reply}

    def record(self) -> None:
        """Write what was said to the outbox, and what is answered. Called by the store, once, before it commits."""
        self.session.flush()  # its locks put the events of one thing in order
        parts = [self.emitted[start : start + _AT_ONCE] for start in range(0, len(self.emitted), _AT_ONCE)]
        last = parts.pop() if parts and self._answer else []
        for part in parts:
            self.session.execute(_SAY, self._told(part))
        if last:
            self.session.execute(_SAY_AND_ANSWER, self._told(last) | self._answer)
        elif self._answer:
            self.session.execute(_ANSWER, self._answer)

    def _told(self, events: list[Event]) -> dict[str, Any]:
        """The events column by column."""
        envelopes = [Envelope.around(event, at=self.now, traceparent=self.context.traceparent) for event in events]
        return {
            "each_id": [envelope.id for envelope in envelopes],
            "each_publisher": [envelope.publisher for envelope in envelopes],
            "each_name": [envelope.name for envelope in envelopes],
            "each_community": [envelope.community for envelope in envelopes],
            "each_subject": [envelope.subject for envelope in envelopes],
            "each_body": [envelope.text() for envelope in envelopes],
            "emitted_at": self.now,
        }
