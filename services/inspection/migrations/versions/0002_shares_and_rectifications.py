"""Rounds are shared out among inspectors; courtyards are told what to put right, and looked at again (R18, R19)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def _json() -> postgresql.JSONB:
    return postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.add_column("inspections", sa.Column("shares", _json(), server_default="[]", nullable=False))
    op.create_table(
        "rectifications",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("inspection", sa.String(), nullable=False),
        sa.Column("courtyard", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('ordered', 'failed', 'passed')", name="rectifications_state"),
        sa.PrimaryKeyConstraint("community", "inspection", "courtyard"),
    )
    op.create_table(
        "reinspections",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("inspection", sa.String(), nullable=False),
        sa.Column("courtyard", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("marks", _json(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence_ids", _json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("inspector", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name="reinspections_out_of_100"),
        sa.PrimaryKeyConstraint("community", "inspection", "courtyard"),
    )


def downgrade() -> None:
    for table in ("reinspections", "rectifications"):
        op.drop_table(table)
    op.drop_column("inspections", "shares")
