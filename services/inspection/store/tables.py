"""Tables of checklists, rounds, scores and rectification, and their mapping to the domain."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

import directory
import messaging.tables
from contracts.inspection import Ranked
from services.inspection.domain import Checklist, Criterion, Inspection, Rectification, Reinspection, Score, Share

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)


class _ListOf(TypeDecorator[list[Any]]):
    """A list of small frozen dataclasses, stored as JSON."""

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return [asdict(item) for item in value or []]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Any]:
        return [self.kind(**item) for item in value]


def _sheet() -> list[Column[Any]]:
    """Return the columns of a score or a re-inspection."""
    return [
        Column("community", String, primary_key=True),
        Column("inspection", String, primary_key=True),
        Column("courtyard", String, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("marks", JSONB, nullable=False),
        Column("score", Float, nullable=False),
        Column("evidence_ids", JSONB, nullable=False),
        Column("note", Text, nullable=False),
        Column("inspector", String, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
    ]


checklists = Table(
    "checklists",
    metadata,
    Column("community", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("criteria", _ListOf(Criterion), nullable=False),
    Column("adopted_by", String, nullable=False),
    Column("adopted_at", DateTime(timezone=True), nullable=False),
)

inspections = Table(
    "inspections",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("period", String, nullable=False),
    Column("checklist_version", Integer, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", String),
    Column("version", Integer, nullable=False),
    Column("ranking", _ListOf(Ranked), nullable=False),
    Column("shares", _ListOf(Share), nullable=False, server_default="[]"),
    CheckConstraint("state IN ('open', 'closed')", name="inspections_state"),
    Index("inspections_one_a_month", "community", "period", unique=True),
)

scores = Table(
    "scores",
    metadata,
    *_sheet(),
    CheckConstraint("score BETWEEN 0 AND 100", name="scores_out_of_100"),
)

rectifications = Table(
    "rectifications",
    metadata,
    Column("community", String, primary_key=True),
    Column("inspection", String, primary_key=True),
    Column("courtyard", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("ordered_by", String, nullable=False),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('ordered', 'failed', 'passed')", name="rectifications_state"),
)

reinspections = Table(
    "reinspections",
    metadata,
    *_sheet(),
    Column("passed", Boolean, nullable=False),
    CheckConstraint("score BETWEEN 0 AND 100", name="reinspections_out_of_100"),
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Checklist, checklists)
_mappers.map_imperatively(Inspection, inspections)
_mappers.map_imperatively(Score, scores)
_mappers.map_imperatively(Rectification, rectifications)
_mappers.map_imperatively(Reinspection, reinspections)
