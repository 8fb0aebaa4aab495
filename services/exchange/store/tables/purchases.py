"""Orders, pay codes and till payments."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, String, Table, func, text
from sqlalchemy.dialects.postgresql import JSONB

from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.store.tables.mapping import mappers, metadata


def _purchase() -> list[Column[Any]]:
    """Return the columns that orders and payments share."""
    return [
        Column("community", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("mode", String, nullable=False),
        Column("account", String, nullable=False),
        Column("person", String, nullable=False),
        Column("points", Integer, nullable=False),
        Column("hold", String, nullable=False),
        Column("bank", String, nullable=False),
        Column("state", String, nullable=False),
        Column("version", Integer, nullable=False),
        Column("history", JSONB, nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("expires_at", DateTime(timezone=True), nullable=False),
    ]


orders = Table(
    "orders",
    metadata,
    *_purchase(),
    Column("reward", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("household", String, nullable=False),
    Column("placed_by", String, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("gives", String, nullable=False),
    Column("voucher_days", Integer, nullable=False),
    Column("reminder_days", Integer, nullable=False),
    Column("remind_at", DateTime(timezone=True)),
    Column("reminded_at", DateTime(timezone=True)),
    Column("voucher", String),
    Column("code", String),
    Column("merchant", String),
    Column("consent", String, nullable=False, server_default="not_needed"),
    Column("consent_hours", Integer, nullable=False, server_default="72"),
    Column("consented_at", DateTime(timezone=True)),
    Column("seen_at", DateTime(timezone=True)),
    Column("told_at", DateTime(timezone=True)),
    Column("told_by", String),
    CheckConstraint(
        "consent <> 'app' OR consented_at IS NOT NULL OR state NOT IN ('confirmed', 'redeemed', 'issued')",
        name="orders_have_consent",
    ),
    CheckConstraint("told_by IS NULL OR told_by <> placed_by", name="orders_are_told_by_others"),
    CheckConstraint("quantity > 0 AND points > 0", name="orders_buy_something"),
    Index("orders_by_hold", "community", "hold", unique=True),
    Index("orders_by_code", "community", "code", unique=True),
    Index("orders_by_household", "community", "household", "id"),
    Index("orders_by_person", "community", "person", "id"),
    Index("orders_by_placer", "community", "placed_by", "id"),
    Index("orders_counted", "community", "reward", "household"),
    Index("orders_counted_by_person", "community", "reward", "person"),
    Index("orders_to_remind_of", "remind_at", postgresql_where=text("state = 'confirmed' AND reminded_at IS NULL")),
    Index(
        "orders_to_end",
        "expires_at",
        postgresql_where=text("state IN ('placed', 'awaiting_consent', 'confirmed')"),
    ),
    Index(
        "orders_to_tell",
        "community",
        "id",
        postgresql_where=text("consent <> 'not_needed' AND told_at IS NULL AND seen_at IS NULL"),
    ),
)

paycodes = Table(
    "paycodes",
    metadata,
    Column("community", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("mode", String, nullable=False),
    Column("account", String, nullable=False),
    Column("household", String, nullable=False),
    Column("person", String, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
)

payments = Table(
    "payments",
    metadata,
    *_purchase(),
    Column("merchant", String, nullable=False),
    Column("merchant_reference", String, nullable=False),
    Column("till", String),
    Column("shop", String),
    Column("card", String),
    Column("captured", Integer, nullable=False),
    Column("refunded", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("points > 0", name="payments_move_points"),
    CheckConstraint("0 <= refunded AND refunded <= captured AND captured <= points", name="payments_never_exceed"),
    Index("payments_by_hold", "community", "hold", unique=True),
    Index(
        "payments_by_reference",
        *("community", "merchant", "mode", "merchant_reference"),
        unique=True,
        postgresql_where=text("state <> 'refused'"),
    ),
    Index("payments_by_any_reference", "community", "merchant", "mode", "merchant_reference", "id"),
    Index("payments_by_merchant", "community", "merchant", "mode", "id"),
    Index("payments_by_card", "community", "account", "created_at", postgresql_where=text("card IS NOT NULL")),
    Index("payments_by_account", "community", "account", "id"),
    Index("payments_by_change", "community", "merchant", "mode", "changed_at"),
    Index("payments_open", "expires_at", postgresql_where=text("state IN ('pending', 'authorized')")),
)

mappers.map_imperatively(Order, orders, properties={"hold_state": orders.c.bank})
mappers.map_imperatively(Paycode, paycodes)
mappers.map_imperatively(Payment, payments, properties={"hold_state": payments.c.bank})
