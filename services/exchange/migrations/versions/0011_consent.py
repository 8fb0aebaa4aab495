"""Consent of the person for whom somebody else orders, and whether they heard of it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("orders", sa.Column("consent", sa.String(), nullable=False, server_default="not_needed"))
    op.add_column("orders", sa.Column("consent_hours", sa.Integer(), nullable=False, server_default="72"))
    for name in ("consented_at", "seen_at", "told_at"):
        op.add_column("orders", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("told_by", sa.String(), nullable=True))
    op.create_check_constraint(
        "orders_have_consent",
        "orders",
        "consent <> 'app' OR consented_at IS NOT NULL OR state NOT IN ('confirmed', 'redeemed', 'issued')",
    )
    op.create_check_constraint("orders_are_told_by_others", "orders", "told_by IS NULL OR told_by <> placed_by")
    op.create_index(
        "orders_to_end",
        "orders",
        ["expires_at"],
        postgresql_where=sa.text("state IN ('placed', 'awaiting_consent', 'confirmed')"),
    )
    op.drop_index("orders_open", "orders")
    op.create_index(
        "orders_to_tell",
        "orders",
        ["community", "id"],
        postgresql_where=sa.text("consent <> 'not_needed' AND told_at IS NULL AND seen_at IS NULL"),
    )
    op.add_column("cards", sa.Column("issued_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("cards", "issued_by")
    op.drop_index("orders_to_tell", "orders")
    op.create_index(
        "orders_open", "orders", ["expires_at"], postgresql_where=sa.text("state IN ('placed', 'confirmed')")
    )
    op.drop_index("orders_to_end", "orders")
    op.drop_constraint("orders_are_told_by_others", "orders")
    op.drop_constraint("orders_have_consent", "orders")
    for name in ("told_by", "told_at", "seen_at", "consented_at", "consent_hours", "consent"):
        op.drop_column("orders", name)
