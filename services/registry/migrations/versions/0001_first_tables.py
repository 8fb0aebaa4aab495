"""The registry's first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "communities",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "communities_by_name", "communities", ["name", sa.literal_column("coalesce(district, '')")], unique=True
    )
    op.create_table(
        "grids",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("community", "name", name="grids_by_name"),
    )
    op.create_table(
        "households",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("community", "code", name="households_by_code"),
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
        "people",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False, comment="empty once erased"),
        sa.Column("phone_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("people_by_id", "people", ["id"], unique=False)
    op.create_index(
        "people_by_name", "people", ["community", "name"], unique=False, postgresql_ops={"name": "text_pattern_ops"}
    )
    op.create_index("people_by_phone", "people", ["community", "phone_index"], unique=True)
    op.create_index(
        "people_who_sign_in",
        "people",
        ["phone_index"],
        unique=True,
        postgresql_where=sa.text("password_hash IS NOT NULL"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("openid_index", sa.LargeBinary(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("community", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community", "person"],
            ["people.community", "people.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("openid_index", name="accounts_by_openid"),
    )
    op.create_index("accounts_by_person", "accounts", ["community", "person"], unique=False)
    op.create_table(
        "appointments",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="the first day on which it no longer holds"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("until >= since", name="appointments_end_after_they_begin"),
        sa.ForeignKeyConstraint(
            ["community", "person"],
            ["people.community", "people.id"],
        ),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("appointments_by_person", "appointments", ["community", "person"], unique=False)
    op.create_index("appointments_by_scope", "appointments", ["community", "role", "scope"], unique=False)
    op.create_table(
        "courtyards",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("grid", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community", "grid"],
            ["grids.community", "grids.id"],
        ),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("community", "number", name="courtyards_by_number"),
    )
    op.create_index("courtyards_by_grid", "courtyards", ["community", "grid"], unique=False)
    op.create_table(
        "invitations",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community", "person"],
            ["people.community", "people.id"],
        ),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("invitations_by_code", "invitations", ["code_index"], unique=True)
    op.create_index("invitations_by_person", "invitations", ["community", "person"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column(
            "until", sa.Date(), nullable=True, comment="the first day on which the person no longer belongs to it"
        ),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("tenure", sa.String(), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.CheckConstraint("tenure IN ('owner', 'tenant')", name="memberships_tenure"),
        sa.CheckConstraint("until >= since", name="memberships_end_after_they_begin"),
        sa.ForeignKeyConstraint(
            ["community", "household"],
            ["households.community", "households.id"],
        ),
        sa.ForeignKeyConstraint(
            ["community", "person"],
            ["people.community", "people.id"],
        ),
        sa.PrimaryKeyConstraint("community", "person", "since"),
    )
    op.create_index("memberships_by_household", "memberships", ["community", "household"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("community", sa.String(), nullable=True),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["community", "person"],
            ["people.community", "people.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sessions_by_account", "sessions", ["account"], unique=False)
    op.create_index("sessions_by_person", "sessions", ["community", "person"], unique=False)
    op.create_index("sessions_by_use", "sessions", ["refreshed_at"], unique=False)
    op.create_table(
        "stays",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True, comment="the first day on which it no longer lives there"),
        sa.Column("courtyard", sa.String(), nullable=False),
        sa.CheckConstraint("until >= since", name="stays_end_after_they_begin"),
        sa.ForeignKeyConstraint(
            ["community", "courtyard"],
            ["courtyards.community", "courtyards.id"],
        ),
        sa.ForeignKeyConstraint(
            ["community", "household"],
            ["households.community", "households.id"],
        ),
        sa.PrimaryKeyConstraint("community", "household", "since"),
    )
    op.create_index("stays_by_courtyard", "stays", ["community", "courtyard"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("refresh_tokens_by_session", "refresh_tokens", ["session"], unique=False)
