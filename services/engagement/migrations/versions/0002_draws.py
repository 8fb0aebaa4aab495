"""Draws of places, seeded by blocks of the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("activities", sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "activities_to_draw",
        "activities",
        ["closes_at"],
        postgresql_where=sa.text("allocation = 'draw' AND state = 'published' AND drawn_at IS NULL"),
    )
    op.add_column("signups", sa.Column("entry", sa.String(), nullable=True, comment="names it in a public draw"))
    op.execute("UPDATE signups SET entry = 'dre_' || substr(md5(random()::text || id), 1, 26)")
    op.alter_column("signups", "entry", nullable=False)
    op.create_table(
        "draws",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_by", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("block", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("entries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(method = 'seed') = (block IS NOT NULL)", name="draws_seed"),
        sa.PrimaryKeyConstraint("community", "activity"),
    )
    op.create_table(
        "sealed_blocks",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("height", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "height"),
        comment="The ledger's blocks, whose hashes seed draws",
    )
    op.create_index("sealed_blocks_by_time", "sealed_blocks", ["community", "sealed_at"], unique=False)
    # ### end Alembic commands ###
