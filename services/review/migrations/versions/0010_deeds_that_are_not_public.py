"""Deeds whose person no list names"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for table in ("reviews", "entries", "published_entries"):
        op.add_column(table, sa.Column("public", sa.Boolean, nullable=False, server_default=sa.true()))
