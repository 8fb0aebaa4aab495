"""A merchant's several shops, and its own files against our statements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "shops",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("shops_by_merchant", "shops", ["community", "merchant", "id"])
    op.add_column("payments", sa.Column("shop", sa.String(), nullable=True))
    op.add_column("settlement_lines", sa.Column("shop", sa.String(), nullable=True))
    op.create_table(
        "reconciliations",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("missing", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("extra", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("different", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("statement_points", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("reconciliations_by_merchant", "reconciliations", ["community", "merchant", "mode", "id"])
    migrate.append_only("reconciliations")


def downgrade() -> None:
    op.drop_table("reconciliations")
    op.drop_column("settlement_lines", "shop")
    op.drop_column("payments", "shop")
    op.drop_table("shops")
