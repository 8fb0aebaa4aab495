"""Partner merchants, their shops and keys, and the nonces of their signatures."""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.exchange.domain.merchants import Key, Merchant, Shop
from services.exchange.store.tables.mapping import mappers, metadata

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

shops = Table(
    "shops",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("merchant", String, nullable=False),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("shops_by_merchant", "community", "merchant", "id"),
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
    Column("algorithm", String),
    Column("material", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Index("merchant_keys_by_merchant", "community", "merchant", "mode"),
)

signature_nonces = Table(
    "signature_nonces",
    metadata,
    Column("key", String, primary_key=True),
    Column("nonce", String, primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
)

mappers.map_imperatively(Merchant, merchants)
mappers.map_imperatively(Shop, shops)
mappers.map_imperatively(Key, merchant_keys)
