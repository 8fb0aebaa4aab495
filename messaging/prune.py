"""Old rows go, a few at a time. The leading relay of a store does this now and then.

An inbox must remember for longer than an outbox keeps: else an event said again after a long time would be new to its
handler, and take effect twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Table, delete, literal_column, or_, select

from messaging.tables import idempotency_keys, inbox, outbox

_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days each kind of row is kept (`KEEP_DAYS` of the configuration)."""

    outbox: float = 90
    inbox: float = 120
    idempotency_keys: float = 7

    def __post_init__(self) -> None:
        if self.inbox <= self.outbox:
            raise ValueError("an inbox must remember for longer than an outbox keeps")

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        return cls(**config.get("KEEP_DAYS", {}))


def prune(connection: Connection, keep: Keep, now: datetime | None = None) -> dict[str, int]:
    """Delete what is older than `keep`; how many rows by table. Never what is still to be sent.

    `connection` commits by itself. What nobody ever listened to goes, too, when it is old.
    """
    now = now or datetime.now(UTC)
    columns = outbox.c
    disposed_of = or_(columns.sent_at.is_not(None), columns.unrouted_at.is_not(None))
    return {
        "outbox": _delete(connection, outbox, disposed_of & (columns.emitted_at < now - timedelta(days=keep.outbox))),
        "inbox": _delete(connection, inbox, inbox.c.handled_at < now - timedelta(days=keep.inbox)),
        "idempotency_keys": _delete(
            connection,
            idempotency_keys,
            idempotency_keys.c.created_at < now - timedelta(days=keep.idempotency_keys),
        ),
    }


def _delete(connection: Connection, table: Table, old: ColumnElement[bool]) -> int:
    ctid: ColumnElement[Any] = literal_column("ctid")
    deleted = 0
    while True:
        chunk = select(ctid).select_from(table).where(old).limit(_CHUNK)
        gone = connection.execute(delete(table).where(ctid.in_(chunk))).rowcount
        deleted += gone
        if gone < _CHUNK:
            return deleted
