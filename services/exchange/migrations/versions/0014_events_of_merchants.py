"""What merchants were notified of, in order, kept for 30 days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("CREATE SEQUENCE merchant_event_positions")
    op.create_table(
        "merchant_events",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inserted", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("merchant_events_in_order", "merchant_events", ["community", "merchant", "mode", "position"])
    op.create_index(
        "merchant_events_to_number",
        "merchant_events",
        ["inserted"],
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_index("merchant_events_by_age", "merchant_events", ["at"])


def downgrade() -> None:
    op.drop_table("merchant_events")
    op.execute("DROP SEQUENCE merchant_event_positions")
