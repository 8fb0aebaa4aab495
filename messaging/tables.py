"""The tables of messaging in every service's store, so that they commit together with the service's own.

`outbox` holds emitted events, `inbox` the ids of the events each handler has handled, `idempotency_keys` the replies to
requests.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSON

_metadata = MetaData()

outbox = Table(
    "outbox",
    _metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("publisher", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("community", Text, nullable=False),
    Column("subject", Text, nullable=False),
    # json, not jsonb: the text is published unchanged
    Column("body", JSON, nullable=False),
    Column("emitted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
    Column("unrouted_at", DateTime(timezone=True)),
    Index(
        "outbox_unsent",
        "position",
        postgresql_where=text("sent_at IS NULL AND unrouted_at IS NULL"),
    ),
    Index(
        "outbox_unrouted",
        "publisher",
        "name",
        "position",
        postgresql_where=text("sent_at IS NULL AND unrouted_at IS NOT NULL"),
    ),
)

inbox = Table(
    "inbox",
    _metadata,
    Column("handler", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("handler", "event_id"),
    Index("inbox_age", "handled_at", postgresql_using="brin"),
)

idempotency_keys = Table(
    "idempotency_keys",
    _metadata,
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("reply", JSON),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("caller", "key"),
    Index("idempotency_keys_age", "created_at", postgresql_using="brin"),
)


def attach(metadata: MetaData) -> None:
    """Add the three tables to a service's `metadata`, so that its migrations create them."""
    for table in _metadata.sorted_tables:
        table.to_metadata(metadata)
