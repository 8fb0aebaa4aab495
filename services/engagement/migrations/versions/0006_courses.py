"""Courses: progress, quiz attempts, completions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "completions",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "course", "person"),
        comment="Who passed the quiz of a course, once and for good",
    )
    op.create_table(
        "course_progress",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("community", "course", "person"),
    )
    op.create_index("course_progress_of_person", "course_progress", ["community", "person", "course"], unique=False)
    op.create_table(
        "courses",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quiz", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("attempts_a_day", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=True, comment="of the rulebook, that completion earns by"),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name="courses_state"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_table(
        "quiz_attempts",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("quiz_attempts_of_person", "quiz_attempts", ["community", "person", "course", "at"], unique=False)
    # ### end Alembic commands ###
