"""Appointments and settings that wait for somebody else's approval"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=False),
        sa.Column("takes_effect_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["communities.id"]),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.CheckConstraint("decided_by <> proposed_by", name="proposals_decided_by_another_person"),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="proposals_decided_by_someone"),
        sa.CheckConstraint("state IN ('open', 'approved', 'applied', 'refused')", name="proposals_state"),
    )
    op.create_index("proposals_due", "proposals", ["takes_effect_at"], postgresql_where=sa.text("state='approved'"))
