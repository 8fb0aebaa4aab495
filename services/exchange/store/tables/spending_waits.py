"""Copies of the registry's spending waits."""

from sqlalchemy import BigInteger, Column, DateTime, Index, String, Table

from services.exchange.domain.spending_waits import SpendingWait
from services.exchange.store.tables.mapping import mappers, metadata

spending_waits = Table(
    "spending_waits",
    metadata,
    Column("community", String, primary_key=True),
    Column("wait", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("household", String, comment="whose points; none: all they can spend"),
    Column("state", String(16), nullable=False),
    Column("ends_at", DateTime(timezone=True), comment="none: not before they sign in"),
    Column("sequence", BigInteger, nullable=False),
    Index("spending_waits_by_person", "community", "person"),
)

mappers.map_imperatively(SpendingWait, spending_waits)
