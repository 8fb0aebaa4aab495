"""Settlement lines and reconciliations."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, Integer, String, Table, text
from sqlalchemy.dialects.postgresql import JSONB

from services.exchange.domain.reconciliation import Reconciliation
from services.exchange.domain.settlement import Line
from services.exchange.store.tables.mapping import mappers, metadata

settlement_lines = Table(
    "settlement_lines",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("period", String, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("source", String, nullable=False),
    Column("key", String, nullable=False),
    Column("till", String),
    Column("shop", String),
    Column("merchant_reference", String),
    CheckConstraint("points <> 0 AND (points < 0) = (kind = 'refund')", name="settlement_lines_sign"),
    Index("settlement_lines_by_time", "community", "merchant", "mode", "at"),
    Index("settlement_lines_by_period", "community", "merchant", "mode", "period", "id"),
    Index(
        "settlement_lines_once",
        "community",
        "source",
        unique=True,
        postgresql_where=text("kind IN ('redemption', 'capture')"),
    ),
    Index(
        "settlement_lines_undone_once",
        "community",
        "source",
        unique=True,
        postgresql_where=text("kind = 'refund' AND starts_with(source, 'ord_')"),
    ),
    Index("settlement_lines_by_kind", "community", "merchant", "mode", "kind", "id"),
    Index("settlement_lines_by_source", "community", "source"),
    Index(
        "settlement_lines_by_reference",
        "community",
        "merchant",
        "mode",
        "merchant_reference",
        "kind",
        unique=True,
    ),
)

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("period", String, nullable=False),
    Column("key", String, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("missing", JSONB, nullable=False),
    Column("extra", JSONB, nullable=False),
    Column("different", JSONB, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("statement_points", BigInteger, nullable=False),
    Index("reconciliations_by_merchant", "community", "merchant", "mode", "id"),
)

mappers.map_imperatively(Line, settlement_lines)
mappers.map_imperatively(Reconciliation, reconciliations)
