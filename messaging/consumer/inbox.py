"""The inbox: which events a handler has handled. Its rows commit with the handler's changes."""

from collections.abc import Sequence

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from messaging.envelope import ReceivedEvent
from messaging.fastpath.statements import prepared
from messaging.tables import inbox
from messaging.transaction import Transaction

_INSERT_NEW = prepared(
    insert(inbox)
    .from_select(
        ["handler", "event_id"],
        select(bindparam("handler", type_=Text), func.unnest(bindparam("ids", type_=ARRAY(Text)))),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.event_id)
)


def insert_new(tx: Transaction, handler: str, events: Sequence[ReceivedEvent]) -> list[ReceivedEvent]:
    """Insert an inbox row for each of `events` and return, in order, those `handler` has not handled before."""
    ids = sorted(event.id for event in events)  # the same order in every transaction prevents deadlocks
    new_ids = set(tx.session.scalars(_INSERT_NEW, {"handler": handler, "ids": ids}))
    new: list[ReceivedEvent] = []
    for event in events:
        if event.id in new_ids:
            new_ids.remove(event.id)
            new.append(event)
    return new
