"""Tables of meetings, decisions and actions, and their mapping (R32)."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

from services.engagement.domain.meetings import Action, AgendaItem, Decision, Meeting
from services.engagement.store.columns import Ids
from services.engagement.store.tables import metadata


class Agenda(TypeDecorator[tuple[AgendaItem, ...]]):
    """Items of an agenda, stored as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[AgendaItem, ...] | None, dialect: Dialect) -> list[dict[str, Any]]:
        return [asdict(each) for each in value or ()]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> tuple[AgendaItem, ...]:
        return tuple(AgendaItem(**each) for each in value or ())


meetings = Table(
    "meetings",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("agenda", Agenda, nullable=False),
    Column("posts", Ids, nullable=False, comment="the suggestions on the agenda"),
    Column("created_by", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("minutes", Text, nullable=False),
    Column("minutes_by", String),
    Column("attendees", Ids, nullable=False),
    Column("guests", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="meetings_state"),
    CheckConstraint("(state = 'held') = (minutes_by IS NOT NULL)", name="meetings_held_with_minutes"),
    Index("meetings_of_posts", "posts", postgresql_using="gin"),
)

meeting_decisions = Table(
    "meeting_decisions",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("meeting", String, nullable=False),
    Column("post", String),
    Column("text", Text, nullable=False),
    Column("outcome", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("decided_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("outcome IN ('adopted', 'declined', 'noted')", name="meeting_decisions_outcome"),
    Index("meeting_decisions_by_meeting", "community", "meeting", "id"),
    Index("meeting_decisions_by_post", "community", "post"),
)

meeting_actions = Table(
    "meeting_actions",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("meeting", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("responsible", String),
    Column("due", Date),
    Column("added_by", String, nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("result", Text, nullable=False),
    Column("ended_by", String),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('open', 'done', 'dropped')", name="meeting_actions_state"),
    CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="meeting_actions_ended"),
    Index("meeting_actions_by_meeting", "community", "meeting", "id"),
    Index("meeting_actions_by_decision", "community", "decision"),
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Meeting, meetings)
_mappers.map_imperatively(Decision, meeting_decisions)
_mappers.map_imperatively(Action, meeting_actions)
