"""The tables, and which class of the domain lives in which. Constraints repeat the rules that must never break."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry

import directory
import messaging.tables
from services.exchange.domain.merchants import Key, Merchant
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.rewards import Reward
from services.exchange.domain.settlement import Line

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)


def _purchase() -> list[Column]:
    """What every purchase has."""
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
        Column("expires_at", DateTime(timezone=True), nullable=False),
    ]


rewards = Table(
    "rewards",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("stock", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    Column("sold", Integer, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("limit_per_household", Integer),
    Column("merchants", JSONB, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("points > 0", name="rewards_cost_points"),
    CheckConstraint("reserved >= 0 AND sold >= 0", name="rewards_count_up"),
    CheckConstraint("sold + reserved <= stock", name="rewards_never_oversold"),
)

orders = Table(
    "orders",
    metadata,
    *_purchase(),
    Column("reward", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("household", String, nullable=False),
    Column("placed_by", String, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("voucher_days", Integer, nullable=False),
    Column("voucher", String),
    Column("code", String),
    Column("merchant", String),
    CheckConstraint("quantity > 0 AND points > 0", name="orders_buy_something"),
    Index("orders_by_hold", "community", "hold", unique=True),
    Index("orders_by_code", "community", "code", unique=True),
    Index("orders_by_household", "community", "household", "id"),
    Index("orders_by_person", "community", "person", "id"),
    Index("orders_by_placer", "community", "placed_by", "id"),
    Index("orders_counted", "community", "reward", "household"),
    Index("orders_open", "expires_at", postgresql_where=text("state IN ('placed', 'confirmed')")),
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
    Column("captured", Integer, nullable=False),
    Column("refunded", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("points > 0", name="payments_move_points"),
    CheckConstraint("0 <= refunded AND refunded <= captured AND captured <= points", name="payments_never_exceed"),
    Index("payments_by_hold", "community", "hold", unique=True),
    Index("payments_by_reference", "community", "merchant", "mode", "merchant_reference", unique=True),
    Index("payments_open", "expires_at", postgresql_where=text("state IN ('pending', 'authorized')")),
)

merchants = Table(
    "merchants",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

merchant_keys = Table(
    "merchant_keys",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("scopes", JSONB, nullable=False),
    Column("shown", String, nullable=False),
    Column("digest", String, nullable=False, unique=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Index("merchant_keys_by_merchant", "community", "merchant", "mode"),
)

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
    Column("merchant_reference", String),
    CheckConstraint("points <> 0 AND (points < 0) = (kind = 'refund')", name="settlement_lines_sign"),
    Index("settlement_lines_by_period", "community", "merchant", "mode", "period", "id"),
    Index(
        "settlement_lines_once",
        "community",
        "source",
        unique=True,
        postgresql_where=text("kind IN ('redemption', 'capture')"),
    ),
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

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Reward, rewards)
_mappers.map_imperatively(Order, orders)
_mappers.map_imperatively(Paycode, paycodes)
_mappers.map_imperatively(Payment, payments)
_mappers.map_imperatively(Merchant, merchants)
_mappers.map_imperatively(Key, merchant_keys)
_mappers.map_imperatively(Line, settlement_lines)
