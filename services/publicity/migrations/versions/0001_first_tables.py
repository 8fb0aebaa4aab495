"""The first tables of publicity: announcements, their audiences, inboxes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("courtyards", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("grids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("roles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("asks_acknowledgement", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.String(), nullable=True, comment="the withdrawn announcement that it replaces"),
        sa.Column(
            "attachments",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="uploads, with who uploaded them",
        ),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="announcements_sent_at"),
        sa.CheckConstraint("state IN ('draft', 'scheduled', 'sent', 'withdrawn')", name="announcements_state"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("announcements_by_id", "announcements", ["id"], unique=True)
    op.create_index(
        "announcements_due",
        "announcements",
        ["scheduled_for"],
        unique=False,
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "announcements_public",
        "announcements",
        ["community", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'sent' AND public"),
    )
    op.create_table(
        "audience_households",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("announcement", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("courtyard", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community", "announcement", "household"),
        comment="The households an announcement was sent to, and where they lived on that day",
    )
    op.create_index(
        "audience_households_by_courtyard",
        "audience_households",
        ["community", "courtyard", "announcement"],
        unique=False,
    )
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
        sa.Column("dissolved_on", sa.Date(), nullable=True, comment="the first day on which it was no more"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "courtyard"),
    )
    op.create_index("directory_courtyards_by_grid", "directory_courtyards", ["community", "grid"], unique=False)
    op.create_table(
        "directory_erasures",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "person"),
        comment="Those whose personal data was erased; their ids stay",
    )
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
        "inbox_items",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announcement", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True, comment="what a notice is of"),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(announcement IS NULL) <> (source IS NULL)", name="inbox_items_of_something"),
        sa.CheckConstraint("acknowledged_at IS NULL OR opened_at IS NOT NULL", name="inbox_items_acknowledged"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("inbox_items_of_person", "inbox_items", ["community", "person", "id"], unique=False)
    op.create_index("inbox_items_of_source", "inbox_items", ["community", "source", "person"], unique=True)
    op.create_index("inbox_items_once", "inbox_items", ["community", "announcement", "person"], unique=True)
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
