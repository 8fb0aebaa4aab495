"""Households' printed cards, and the payments made with them (R6, R25)."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("community", "digest"),
    )
    op.add_column("payments", sa.Column("card", sa.String(), nullable=True))
    op.create_index(
        "payments_by_card",
        "payments",
        ["community", "account", "created_at"],
        unique=False,
        postgresql_where=sa.text("card IS NOT NULL"),
    )
