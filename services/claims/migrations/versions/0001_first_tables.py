"""The first tables of claims. What a timeline says, and what looked alike, can be added to, never changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging.migrate import append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "claim_steps",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("claim_steps_of_claim", "claim_steps", ["community", "claim", "position"], unique=False)
    op.create_table(
        "claims",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("courtyard", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("system_made", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("rulebook", sa.String(), nullable=False),
        sa.Column("rulebook_version", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("flags", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("approved_points", sa.Integer(), nullable=True),
        sa.Column("corrected_points", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("book = 'head' OR household IS NOT NULL", name="claims_household"),
        sa.CheckConstraint("quantity > 0", name="claims_quantity"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("claims_by_courtyard", "claims", ["community", "courtyard", "id"], unique=False)
    op.create_index("claims_by_declarer", "claims", ["community", "declared_by", "id"], unique=False)
    op.create_index(
        "claims_by_entry", "claims", ["community", "entry"], unique=True, postgresql_where=sa.text("entry IS NOT NULL")
    )
    op.create_index("claims_by_evidence", "claims", ["evidence"], unique=False, postgresql_using="gin")
    op.create_index(
        "claims_by_period",
        "claims",
        ["community", "period"],
        unique=False,
        postgresql_where=sa.text("period IS NOT NULL"),
    )
    op.create_index("claims_by_person", "claims", ["community", "person", "id"], unique=False)
    op.create_index("claims_by_status", "claims", ["community", "status", "id"], unique=False)
    op.create_index(
        "claims_under_cap_of_household",
        "claims",
        ["community", "household", "item", "day"],
        unique=False,
        postgresql_where=sa.text("status IN ('submitted', 'endorsed', 'approved', 'published', 'final')"),
    )
    op.create_index(
        "claims_under_cap_of_person",
        "claims",
        ["community", "person", "item", "day"],
        unique=False,
        postgresql_where=sa.text("status IN ('submitted', 'endorsed', 'approved', 'published', 'final')"),
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
        "evidence",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("evidence_by_content", "evidence", ["community", "sha256"], unique=False)
    op.create_table(
        "evidence_likenesses",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("alike", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("community", "sha256", "alike"),
        comment="Files that show nearly the same picture; each pair in both directions",
    )
    op.create_table(
        "evidence_looks",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("looks", postgresql.ARRAY(postgresql.BIT(length=144)), nullable=False),
        sa.PrimaryKeyConstraint("community", "sha256"),
        comment="Perceptual hashes of a picture and of the parts one may cut from it; one row a file",
    )
    op.create_index("evidence_looks_newest", "evidence_looks", ["community", "position"], unique=False)
    op.create_table(
        "evidence_origins",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("captured_at", sa.String(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("community", "evidence"),
        comment="Where and when the camera says: personal, kept apart from the pictures",
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
    op.create_table(
        "inbox",
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("handler", "event_id"),
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
        "rulebooks",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("adopted_by", sa.String(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("rulebooks_by_version", "rulebooks", ["community", "version"], unique=True)
    op.create_index(
        "rulebooks_in_force",
        "rulebooks",
        ["community", "effective_from", "version"],
        unique=False,
        postgresql_where=sa.text("effective_from IS NOT NULL"),
    )
    op.create_index("idempotency_keys_age", "idempotency_keys", ["created_at"], postgresql_using="brin")
    op.create_index("inbox_age", "inbox", ["handled_at"], postgresql_using="brin")
    append_only("claim_steps", "evidence_looks", "evidence_likenesses")
