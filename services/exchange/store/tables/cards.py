"""Copies of the registry's cards, with wrong attempts and locks."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, String, Table, Text

from services.exchange.domain.cards import Card
from services.exchange.store.tables.mapping import mappers, metadata

cards = Table(
    "cards",
    metadata,
    Column("community", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("household", String, nullable=False),
    Column("pin_hash", Text),
    Column("issued_by", String),
    Column("active_from", DateTime(timezone=True), comment="none: pays at once, issued before 0.2"),
    Column("revoked", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("locked_until", DateTime(timezone=True)),
)

mappers.map_imperatively(Card, cards)
