"""Webhook endpoints, their deliveries, and the events that merchants list."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, Sequence, String, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from services.exchange.domain.notices import MerchantEvent
from services.exchange.domain.webhooks import Delivery, Endpoint
from services.exchange.store.tables.mapping import mappers, metadata

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("types", JSONB, nullable=False),
    Column("secret", Text, nullable=False),
    Column("earlier_secret", Text),
    Column("earlier_until", DateTime(timezone=True)),
    Column("state", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    Index("webhook_endpoints_by_merchant", "community", "merchant", "mode"),
    Index("webhook_endpoints_active", "community", "id", postgresql_where=text("state = 'active'")),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("endpoint", String, nullable=False),
    Column("type", String, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("state", String, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("attempts", JSONB, nullable=False),
    Index("webhook_deliveries_by_merchant", "community", "merchant", "mode", "id"),
    Index("webhook_deliveries_by_change", "community", "merchant", "mode", "changed_at"),
    Index("webhook_deliveries_due", "community", "endpoint", "due_at", postgresql_where=text("state = 'pending'")),
)

merchant_event_positions = Sequence("merchant_event_positions", metadata=metadata)

merchant_events = Table(
    "merchant_events",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("type", String, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("inserted", BigInteger, Identity(always=True), nullable=False),
    Column("position", BigInteger),
    Index("merchant_events_in_order", "community", "merchant", "mode", "position"),
    Index("merchant_events_to_number", "inserted", postgresql_where=text("position IS NULL")),
    Index("merchant_events_by_age", "at"),
)

mappers.map_imperatively(Endpoint, webhook_endpoints)
mappers.map_imperatively(Delivery, webhook_deliveries)
mappers.map_imperatively(MerchantEvent, merchant_events, exclude_properties=["inserted"])
