"""Codes of merchants' own, limits for a person, pictures, and reminders of vouchers that lapse (R25)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("rewards", sa.Column("limit_per_person", sa.Integer(), nullable=True))
    op.add_column("rewards", sa.Column("gives", sa.String(), nullable=False, server_default="voucher"))
    op.add_column("rewards", sa.Column("picture", sa.String(), nullable=True))
    op.alter_column("rewards", "gives", server_default=None)
    op.create_table(
        "reward_codes",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("reward", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("order", sa.String(), nullable=True, comment="whose it is; none: still in the pool"),
        sa.PrimaryKeyConstraint("community", "reward", "code"),
    )
    op.create_index(
        "reward_codes_left",
        "reward_codes",
        ["community", "reward", "added_at", "code"],
        unique=False,
        postgresql_where=sa.text('"order" IS NULL'),
    )
    op.create_index("reward_codes_by_order", "reward_codes", ["community", "order"], unique=False)
    op.add_column("orders", sa.Column("gives", sa.String(), nullable=False, server_default="voucher"))
    op.add_column("orders", sa.Column("reminder_days", sa.Integer(), nullable=False, server_default="30"))
    op.add_column("orders", sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("orders", "gives", server_default=None)
    op.alter_column("orders", "reminder_days", server_default=None)
    op.execute(
        "UPDATE orders SET remind_at = expires_at - make_interval(hours => LEAST(720, voucher_days * 12))"
        " WHERE state = 'confirmed'"
    )
    op.create_index("orders_counted_by_person", "orders", ["community", "reward", "person"], unique=False)
    op.create_index(
        "orders_to_remind_of",
        "orders",
        ["remind_at"],
        unique=False,
        postgresql_where=sa.text("state = 'confirmed' AND reminded_at IS NULL"),
    )
