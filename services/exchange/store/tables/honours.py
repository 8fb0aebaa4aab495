"""Tallies of points, honours programmes, candidate lists, decisions, and priority codes."""

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.exchange.domain.honours import CandidateList, Decision, Honour
from services.exchange.domain.priorities import PriorityCode
from services.exchange.store.tables.mapping import mappers, metadata

tallies = Table(
    "tallies",
    metadata,
    Column("community", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("period", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("points", BigInteger, nullable=False),
)

honours = Table(
    "honours",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject_kind", String, nullable=False),
    Column("criteria", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", String, nullable=False),
)

candidate_lists = Table(
    "candidate_lists",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("honour", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("drawn_at", DateTime(timezone=True), nullable=False),
    Column("drawn_by", String, nullable=False),
    Column("criteria", JSONB, nullable=False),
    Column("candidates", JSONB, nullable=False),
    Index("candidate_lists_by_honour", "community", "honour", "id"),
)

honour_decisions = Table(
    "honour_decisions",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("honour", String, nullable=False),
    Column("list", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", Date),
    Column("votes", JSONB, nullable=False, server_default=text("'[]'")),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    Column("decided_by", String, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoked_by", String),
    Column("revoked_because", Text),
    Index("honour_decisions_once", "community", "list", "subject", unique=True),
    Index("honour_decisions_by_honour", "community", "honour", "id"),
    Index("honour_decisions_by_subject", "community", "subject", "id"),
)

priority_codes = Table(
    "priority_codes",
    metadata,
    Column("community", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("used_at", DateTime(timezone=True)),
    Column("merchant", String),
    Index("priority_codes_by_person", "community", "person", "used_at"),
)

mappers.map_imperatively(Honour, honours)
mappers.map_imperatively(CandidateList, candidate_lists)
mappers.map_imperatively(Decision, honour_decisions)
mappers.map_imperatively(PriorityCode, priority_codes)
