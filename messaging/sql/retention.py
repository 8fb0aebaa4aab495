"""Delete expired rows of the outbox, the inbox and the idempotency keys. The leading relay does this every hour.

Inbox rows are kept longer than outbox rows; otherwise a replayed event would be new to its handler and take effect
twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Table, delete, literal_column, or_, select

from messaging.tables import idempotency_keys, inbox, outbox

_BATCH_SIZE = 5000


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """For how many days the rows of each table are kept (`KEEP_DAYS` of the configuration)."""

    outbox: float = 90
    inbox: float = 120
    idempotency_keys: float = 7

    def __post_init__(self) -> None:
        if self.inbox <= self.outbox:
            raise ValueError("inbox rows must be kept longer than outbox rows")

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the policy of `KEEP_DAYS`. Raise ValueError if it does not keep inbox rows longest."""
        return cls(**config.get("KEEP_DAYS", {}))


def delete_expired(connection: Connection, policy: RetentionPolicy, now: datetime | None = None) -> dict[str, int]:
    """Delete rows older than `policy` allows and return the number of deleted rows by table.

    `connection` is in autocommit mode. Unsent outbox rows are never deleted; unrouted ones are.
    """
    now = now or datetime.now(UTC)
    columns = outbox.c
    processed = or_(columns.sent_at.is_not(None), columns.unrouted_at.is_not(None))
    return {
        "outbox": _delete(connection, outbox, processed & (columns.emitted_at < now - timedelta(days=policy.outbox))),
        "inbox": _delete(connection, inbox, inbox.c.handled_at < now - timedelta(days=policy.inbox)),
        "idempotency_keys": _delete(
            connection,
            idempotency_keys,
            idempotency_keys.c.created_at < now - timedelta(days=policy.idempotency_keys),
        ),
    }


def _delete(connection: Connection, table: Table, expired: ColumnElement[bool]) -> int:
    ctid: ColumnElement[Any] = literal_column("ctid")
    total = 0
    while True:
        batch = select(ctid).select_from(table).where(expired).limit(_BATCH_SIZE)
        count = connection.execute(delete(table).where(ctid.in_(batch))).rowcount
        total += count
        if count < _BATCH_SIZE:
            return total
