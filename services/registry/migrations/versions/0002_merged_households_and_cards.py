"""Households that became one with another, and the printed cards of households"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "households", sa.Column("merged_into", sa.String(), nullable=True, comment="the household it became one with")
    )
    op.create_foreign_key(None, "households", "households", ["community", "merged_into"], ["community", "id"])
    op.create_table(
        "cards",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("code_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community", "household"], ["households.community", "households.id"]),
        sa.PrimaryKeyConstraint("community", "digest"),
    )
    op.create_index(
        "cards_that_are_good",
        "cards",
        ["community", "household"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("cards")
    op.drop_column("households", "merged_into")
