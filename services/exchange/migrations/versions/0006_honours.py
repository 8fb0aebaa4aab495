"""Honours: tallies, programmes, candidates, decisions, and codes to show a priority with (R26)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "kind", "subject", "period", "category"),
    )
    op.create_table(
        "honours",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_table(
        "candidate_lists",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("honour", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("candidate_lists_by_honour", "candidate_lists", ["community", "honour", "id"], unique=False)
    op.create_table(
        "honour_decisions",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("honour", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("honour_decisions_once", "honour_decisions", ["community", "list", "subject"], unique=True)
    op.create_index("honour_decisions_by_honour", "honour_decisions", ["community", "honour", "id"], unique=False)
    op.create_index("honour_decisions_by_subject", "honour_decisions", ["community", "subject", "id"], unique=False)
    op.create_table(
        "priority_codes",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merchant", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("community", "digest"),
    )
    op.create_index("ix_priority_codes_expires_at", "priority_codes", ["expires_at"], unique=False)
    op.create_index("priority_codes_by_person", "priority_codes", ["community", "person", "used_at"], unique=False)
    migrate.append_only("candidate_lists")
