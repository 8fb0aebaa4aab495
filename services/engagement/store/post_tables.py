"""Tables of posts and comments, their mapping, and the one predicate of what everybody may see (R31)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ColumnElement, DateTime, Index, Integer, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

from services.engagement.domain.moderation import Step
from services.engagement.domain.posts import Comment, Post
from services.engagement.store.columns import Ids
from services.engagement.store.tables import metadata


class Steps(TypeDecorator[tuple[Step, ...]]):
    """Steps of a post, stored as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[Step, ...] | None, dialect: Dialect) -> list[dict[str, str]]:
        return [
            {"step": each.step, "at": each.at.isoformat(), "by": each.by, "reason": each.reason} for each in value or ()
        ]

    def process_result_value(self, value: list[dict[str, str]] | None, dialect: Dialect) -> tuple[Step, ...]:
        return tuple(
            Step(each["step"], datetime.fromisoformat(each["at"]), each["by"], each["reason"]) for each in value or ()
        )


def _moderated(name: str) -> list[Any]:
    """Return the columns and constraints that posts and comments share."""
    return [
        Column("author", String, nullable=False),
        Column("posted_by", String, nullable=False),
        Column("household", String),
        Column("courtyard", String, comment="of the household, on the day"),
        Column("text", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("check", String, nullable=False, comment="what the content check said"),
        Column("visibility", String, nullable=False),
        Column("moderated_by", String),
        Column("moderation_reason", Text, nullable=False),
        Column("appeal", String, nullable=False),
        Column("steps", Steps, nullable=False),
        Column("version", Integer, nullable=False),
        CheckConstraint("visibility IN ('waiting', 'visible', 'hidden', 'withdrawn')", name=f"{name}_visibility"),
        CheckConstraint("appeal IN ('none', 'open', 'upheld', 'dismissed')", name=f"{name}_appeal"),
        CheckConstraint("visibility <> 'hidden' OR moderated_by IS NOT NULL", name=f"{name}_hidden_by_somebody"),
        CheckConstraint("moderated_by NOT IN (author, posted_by)", name=f"{name}_moderated_by_others"),
        CheckConstraint("appeal <> 'open' OR visibility = 'hidden'", name=f"{name}_appeal_of_hidden"),
        Index(f"{name}_by_id", "id", unique=True),
        Index(f"{name}_by_author", "community", "author", "id"),
        Index(
            f"{name}_to_moderate",
            "community",
            "id",
            postgresql_where=text("visibility IN ('waiting', 'hidden')"),
        ),
    ]


posts = Table(
    "posts",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("pictures", Ids, nullable=False),
    Column("stage", String),
    Column("reply_due_at", DateTime(timezone=True)),
    *_moderated("posts"),
    CheckConstraint("(kind = 'suggestion') = (stage IS NOT NULL)", name="posts_stage_of_suggestions"),
    Index("posts_due", "community", "reply_due_at", postgresql_where=text("visibility = 'visible'")),
)

post_comments = Table(
    "post_comments",
    metadata,
    Column("community", String, primary_key=True),
    Column("post", String, primary_key=True),
    Column("id", String, primary_key=True),
    *_moderated("post_comments"),
)


def everybody_sees(table: Table) -> ColumnElement[bool]:
    """Return the condition under which everybody may read a post, or a comment on a post that passes it, too.

    Every list, search, count and export goes through it: what is hidden here is hidden everywhere (invariant 26).
    """
    return table.c.visibility == "visible"


_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Post, posts)
_mappers.map_imperatively(Comment, post_comments)
