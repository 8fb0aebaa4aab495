"""A month settles in slices

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 07:50:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("publications", sa.Column("settling_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE publications SET settling_since = settled_at")
    op.create_check_constraint(
        "publications_settled_by_someone", "publications", "(settling_since IS NULL) = (settled_by IS NULL)"
    )
    op.create_check_constraint("publications_settled_after_it_began", "publications", "settled_at >= settling_since")
    op.create_index(
        "publications_settling",
        "publications",
        ["community", "period"],
        postgresql_where=sa.text("settling_since IS NOT NULL AND settled_at IS NULL"),
    )
    op.create_index(
        "publications_to_settle",
        "publications",
        ["community", "window_closes_at"],
        postgresql_where=sa.text("settling_since IS NULL"),
    )
