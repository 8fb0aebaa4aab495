"""Inspection's own tables, and what is asked of them."""

from dataclasses import asdict
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    desc,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, registry
from sqlalchemy.types import TypeDecorator

import directory
import messaging.tables
from contracts import errors
from contracts.inspection import Ranked
from directory import Directory
from messaging import Store, Transaction
from services.inspection.domain import Checklist, Criterion, Inspection, Score

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)


class _ListOf(TypeDecorator[list[Any]]):
    """A list of small frozen dataclasses, kept as JSON."""

    impl = JSONB
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> Any:
        return [asdict(item) for item in value or []]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Any]:
        return [self.kind(**item) for item in value]


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
    Column("version", Integer, nullable=False),
    Column("ranking", _ListOf(Ranked), nullable=False),
    CheckConstraint("state IN ('open', 'closed')", name="inspections_state"),
    Index("inspections_one_a_month", "community", "period", unique=True),
)

scores = Table(
    "scores",
    metadata,
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
    CheckConstraint("score BETWEEN 0 AND 100", name="scores_out_of_100"),
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Checklist, checklists)
_mappers.map_imperatively(Inspection, inspections)
_mappers.map_imperatively(Score, scores)


class Checklists:
    """Every version of every community's checklist."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def current(self, community: str) -> Checklist:
        """The newest version; `NotFound` before there is one."""
        newest = (
            select(Checklist).where(checklists.c.community == community).order_by(desc(checklists.c.version)).limit(1)
        )
        found = self._session.scalar(newest)
        if found is None:
            raise errors.NotFound("本社区尚未制定卫生检查表")
        return found

    def get(self, community: str, version: int) -> Checklist:
        """The version a round was opened with."""
        return self._session.get_one(Checklist, (community, version))

    def next_version(self, community: str) -> int:
        """One more than the newest."""
        newest = select(checklists.c.version).where(checklists.c.community == community)
        return (self._session.scalar(newest.order_by(desc(checklists.c.version)).limit(1)) or 0) + 1

    def add(self, checklist: Checklist) -> None:
        """`StaleVersion` when somebody else adopted that version a moment ago."""
        try:
            with self._session.begin_nested():
                self._session.add(checklist)
        except IntegrityError as taken:
            raise errors.StaleVersion("检查表刚被他人更新，请刷新后再提交") from taken


class Inspections:
    """Rounds and their scores."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, inspection: Inspection) -> None:
        """`AlreadyExists` when the month has its round."""
        try:
            with self._session.begin_nested():
                self._session.add(inspection)
        except IntegrityError as taken:
            raise errors.AlreadyExists(f"{inspection.period} 的卫生检查已经开始") from taken

    def get(self, community: str, inspection: str, for_update: bool = False) -> Inspection:
        """`NotFound` when there is no such round in this community."""
        found = self._session.get(Inspection, (community, inspection), with_for_update=for_update)
        if found is None:
            raise errors.NotFound("没有这次卫生检查")
        return found

    def published(self, inspection: str) -> Inspection:
        """A closed round, by its id alone: rankings are public (R15)."""
        closed = select(Inspection).where(inspections.c.id == inspection, inspections.c.state == "closed")
        found = self._session.scalar(closed)
        if found is None:
            raise errors.NotFound("没有这次卫生检查，或尚未结束")
        return found

    def page(self, community: str, limit: int, before: str | None) -> list[Inspection]:
        """Newest first; `before` is the last id of the page before."""
        rows = select(Inspection).where(inspections.c.community == community)
        if before:
            rows = rows.where(inspections.c.id < before)
        return list(self._session.scalars(rows.order_by(desc(inspections.c.id)).limit(limit)))

    def scores(self, inspection: Inspection) -> dict[str, Score]:
        """What was recorded so far, by courtyard."""
        rows = select(Score).where(scores.c.community == inspection.community, scores.c.inspection == inspection.id)
        return {score.courtyard: score for score in self._session.scalars(rows)}

    def record(self, score: Score) -> Score:
        """Keep `score` unless what stands is newer (`StaleVersion`); the round's row lock is held by the caller."""
        standing = self._session.get(Score, (score.community, score.inspection, score.courtyard))
        if standing is None or standing.replaced_by(score):
            return self._session.merge(score)
        return standing


class InspectionTransaction(Transaction):
    @cached_property
    def checklists(self) -> Checklists:
        return Checklists(self.session)

    @cached_property
    def inspections(self) -> Inspections:
        return Inspections(self.session)

    def directory(self, community: str) -> Directory:
        return Directory(self.session, community)


class InspectionStore(Store):
    transaction_class = InspectionTransaction
