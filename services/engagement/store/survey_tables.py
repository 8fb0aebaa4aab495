"""Tables of surveys and their answers, and their mapping (R32)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Index, Integer, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import composite, registry
from sqlalchemy.types import TypeDecorator

from services.engagement.domain.surveys import Answer, Question, Sheet, Survey
from services.engagement.store.tables import metadata


class Questions(TypeDecorator[tuple[Question, ...]]):
    """Questions of a survey, stored as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Sequence[Question] | None, dialect: Dialect) -> list[dict[str, Any]]:
        return [asdict(each) for each in value or ()]

    def process_result_value(self, value: list[dict[str, Any]] | None, dialect: Dialect) -> tuple[Question, ...]:
        return tuple(Question(**(each | {"options": tuple(each["options"])})) for each in value or ())


surveys = Table(
    "surveys",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("respondents", String, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("closes_at", DateTime(timezone=True), nullable=False),
    Column("questions", Questions, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("salt", String, comment="of an open anonymous survey; deleted when it closes"),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('draft', 'open', 'closed')", name="surveys_state"),
    CheckConstraint("(salt IS NOT NULL) = (state = 'open' AND anonymous)", name="surveys_salt_while_open"),
    Index("surveys_to_close", "closes_at", postgresql_where=text("state = 'open'")),
)

survey_answers = Table(
    "survey_answers",
    metadata,
    Column("community", String, primary_key=True),
    Column("survey", String, primary_key=True),
    Column("key", String, primary_key=True, comment="the respondent; of an anonymous survey a keyed hash of them"),
    Column("items", JSONB, nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("typed_in_by", String),
    Column("evidence", String, comment="the scan of an answer on paper"),
    CheckConstraint("(typed_in_by IS NULL) = (evidence IS NULL)", name="survey_answers_on_paper_have_a_scan"),
)

survey_respondents = Table(
    "survey_respondents",
    metadata,
    Column("community", String, primary_key=True),
    Column("survey", String, primary_key=True),
    Column("respondent", String, primary_key=True, comment="a person or household"),
    comment="Who has answered, not what: nobody twice, and reminders to the silent only",
)

_SHEET = (
    *(surveys.c.title, surveys.c.text, surveys.c.respondents, surveys.c.anonymous),
    *(surveys.c.closes_at, surveys.c.questions),
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(
    Survey,
    surveys,
    properties={"sheet": composite(Sheet, *_SHEET), **{f"_{column.name}": column for column in _SHEET}},
)
_mappers.map_imperatively(Answer, survey_answers)
