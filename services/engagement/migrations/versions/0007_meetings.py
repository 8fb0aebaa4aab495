"""Meetings, decisions and actions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "posts", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="the suggestions on the agenda"
        ),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("minutes_by", sa.String(), nullable=True),
        sa.Column("attendees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'held') = (minutes_by IS NOT NULL)", name="meetings_held_with_minutes"),
        sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="meetings_state"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("meetings_of_posts", "meetings", ["posts"], unique=False, postgresql_using="gin")
    op.create_table(
        "meeting_decisions",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('adopted', 'declined', 'noted')", name="meeting_decisions_outcome"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("meeting_decisions_by_meeting", "meeting_decisions", ["community", "meeting", "id"], unique=False)
    op.create_index("meeting_decisions_by_post", "meeting_decisions", ["community", "post"], unique=False)
    op.create_table(
        "meeting_actions",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="meeting_actions_ended"),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name="meeting_actions_state"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("meeting_actions_by_decision", "meeting_actions", ["community", "decision"], unique=False)
    op.create_index("meeting_actions_by_meeting", "meeting_actions", ["community", "meeting", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("meeting_actions")
    op.drop_table("meeting_decisions")
    op.drop_table("meetings")
