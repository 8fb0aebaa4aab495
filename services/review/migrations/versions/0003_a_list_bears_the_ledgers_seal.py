"""A list bears the ledger's seal

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-24 08:10:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "ledger_seals",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community"),
        comment="The newest block of each community's ledger, as aggregation told",
    )
    op.add_column("publications", sa.Column("ledger_block", sa.BigInteger(), nullable=True))
    op.add_column("publications", sa.Column("ledger_root", sa.String(), nullable=True))
