"""Uploads kept for inspections, and the report of deleted evidence"""

import sqlalchemy as sa
from alembic import op

from messaging.migrate import append_only

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "evidence",
        sa.Column(
            "kept",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="an inspection or office needs it",
        ),
    )
    op.create_table(
        "retention_runs",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploads", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        comment="Deletions of evidence whose retention had ended; rows are only added",
    )
    append_only("retention_runs")
