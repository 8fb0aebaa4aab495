"""The first tables of the exchange. What merchants are owed can be added to, never changed (invariant 14)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "directory_appointments",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("appointment", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="the first day on which it no longer holds"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "appointment"),
    )
    op.create_index("directory_appointments_by_person", "directory_appointments", ["community", "person"], unique=False)
    op.create_index(
        "directory_appointments_by_scope", "directory_appointments", ["community", "role", "scope"], unique=False
    )
    op.create_table(
        "directory_communities",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community"),
    )
    op.create_table(
        "directory_courtyards",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("courtyard", sa.String(), nullable=False),
        sa.Column("grid", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "courtyard"),
    )
    op.create_index("directory_courtyards_by_grid", "directory_courtyards", ["community", "grid"], unique=False)
    op.create_table(
        "directory_locations",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("courtyard", sa.String(), nullable=True, comment="none: left the community"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "household", "since"),
    )
    op.create_index("directory_locations_by_courtyard", "directory_locations", ["community", "courtyard"], unique=False)
    op.create_table(
        "directory_memberships",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("household", sa.String(), nullable=True, comment="none: belongs to no household"),
        sa.Column("tenure", sa.String(), nullable=True),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "person", "since"),
    )
    op.create_index(
        "directory_memberships_by_household", "directory_memberships", ["community", "household"], unique=False
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reply", postgresql.JSON(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key"),
    )
    op.create_index("idempotency_keys_age", "idempotency_keys", ["created_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "inbox",
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("handler", "event_id"),
    )
    op.create_index("inbox_age", "inbox", ["handled_at"], unique=False, postgresql_using="brin")
    op.create_table(
        "merchant_keys",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("merchant_keys_by_merchant", "merchant_keys", ["community", "merchant", "mode"], unique=False)
    op.create_table(
        "merchants",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_table(
        "orders",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("hold", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("history", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reward", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voucher_days", sa.Integer(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("merchant", sa.String(), nullable=True),
        sa.CheckConstraint("quantity > 0 AND points > 0", name="orders_buy_something"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("orders_by_code", "orders", ["community", "code"], unique=True)
    op.create_index("orders_by_hold", "orders", ["community", "hold"], unique=True)
    op.create_index("orders_by_household", "orders", ["community", "household", "id"], unique=False)
    op.create_index("orders_by_person", "orders", ["community", "person", "id"], unique=False)
    op.create_index("orders_by_placer", "orders", ["community", "placed_by", "id"], unique=False)
    op.create_index("orders_counted", "orders", ["community", "reward", "household"], unique=False)
    op.create_index(
        "orders_open",
        "orders",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('placed', 'confirmed')"),
    )
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("emitted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unrouted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index(
        "outbox_unrouted",
        "outbox",
        ["publisher", "name", "position"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND unrouted_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_unsent",
        "outbox",
        ["position"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL AND unrouted_at IS NULL"),
    )
    op.create_table(
        "paycodes",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("community", "digest"),
    )
    op.create_index(op.f("ix_paycodes_expires_at"), "paycodes", ["expires_at"], unique=False)
    op.create_table(
        "payments",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("hold", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("history", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("merchant_reference", sa.String(), nullable=False),
        sa.Column("till", sa.String(), nullable=True),
        sa.Column("captured", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= refunded AND refunded <= captured AND captured <= points", name="payments_never_exceed"
        ),
        sa.CheckConstraint("points > 0", name="payments_move_points"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("payments_by_hold", "payments", ["community", "hold"], unique=True)
    op.create_index(
        "payments_by_reference", "payments", ["community", "merchant", "mode", "merchant_reference"], unique=True
    )
    op.create_index(
        "payments_open",
        "payments",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('pending', 'authorized')"),
    )
    op.create_table(
        "rewards",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("limit_per_household", sa.Integer(), nullable=True),
        sa.Column("merchants", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points > 0", name="rewards_cost_points"),
        sa.CheckConstraint("reserved >= 0 AND sold >= 0", name="rewards_count_up"),
        sa.CheckConstraint("sold + reserved <= stock", name="rewards_never_oversold"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_table(
        "settlement_lines",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("merchant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("till", sa.String(), nullable=True),
        sa.Column("merchant_reference", sa.String(), nullable=True),
        sa.CheckConstraint("points <> 0 AND (points < 0) = (kind = 'refund')", name="settlement_lines_sign"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index(
        "settlement_lines_by_period",
        "settlement_lines",
        ["community", "merchant", "mode", "period", "id"],
        unique=False,
    )
    op.create_index(
        "settlement_lines_by_reference",
        "settlement_lines",
        ["community", "merchant", "mode", "merchant_reference", "kind"],
        unique=True,
    )
    op.create_index("settlement_lines_by_source", "settlement_lines", ["community", "source"], unique=False)
    op.create_index(
        "settlement_lines_once",
        "settlement_lines",
        ["community", "source"],
        unique=True,
        postgresql_where=sa.text("kind IN ('redemption', 'capture')"),
    )
    migrate.append_only("settlement_lines")


def downgrade() -> None:
    for table in (
        "settlement_lines",
        "rewards",
        "payments",
        "paycodes",
        "outbox",
        "orders",
        "merchants",
        "merchant_keys",
        "inbox",
        "idempotency_keys",
        "directory_memberships",
        "directory_locations",
        "directory_courtyards",
        "directory_communities",
        "directory_appointments",
    ):
        op.drop_table(table)
