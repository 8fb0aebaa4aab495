"""Courtyards that are no more"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "courtyards",
        sa.Column("dissolved_on", sa.Date(), nullable=True, comment="the first day on which it was no more"),
    )
