"""Courtyards that were dissolved, and people whose data was erased"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "directory_courtyards",
        sa.Column("dissolved_on", sa.Date(), nullable=True, comment="the first day on which it was no more"),
    )
    op.create_table(
        "directory_erasures",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "person"),
        comment="Those whose personal data was erased; their ids stay",
    )
