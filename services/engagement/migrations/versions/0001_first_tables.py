"""The first tables of engagement: activities, sign-ups and seats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offers_end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("most_party", sa.Integer(), nullable=False),
        sa.Column("allocation", sa.String(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("hosts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("item", sa.String(), nullable=True, comment="of the rulebook, that attendance earns by"),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False, comment="places that parties have or are offered"),
        sa.Column("signed_up", sa.Integer(), nullable=False, comment="sign-ups so far"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("allocation IN ('first_come', 'draw')", name="activities_allocation"),
        sa.CheckConstraint("state IN ('draft', 'published', 'cancelled')", name="activities_state"),
        sa.CheckConstraint(
            "closes_at <= offers_end_at AND offers_end_at <= starts_at AND starts_at < ends_at", name="activities_times"
        ),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name="activities_places_taken"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("activities_by_id", "activities", ["id"], unique=True)
    op.create_index("activities_by_start", "activities", ["community", "starts_at", "id"], unique=False)
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
        "seats",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("signup", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community", "activity", "person"),
        comment="Who takes part in an activity, waits or is in its draw: nobody twice",
    )
    op.create_index("seats_of_signup", "seats", ["community", "activity", "signup"], unique=False)
    op.create_table(
        "signups",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("people", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("signed_up_by", sa.String(), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="signups_offered_until"),
        sa.CheckConstraint(
            "state IN ('entered', 'confirmed', 'waiting', 'offered', 'withdrawn', 'lost', 'cancelled')",
            name="signups_state",
        ),
        sa.CheckConstraint("jsonb_array_length(people) > 0", name="signups_of_somebody"),
        sa.PrimaryKeyConstraint("community", "activity", "id"),
    )
    op.create_index("signups_in_order", "signups", ["community", "activity", "state", "number"], unique=False)
    op.create_index("signups_of_household", "signups", ["community", "household", "id"], unique=False)
    op.create_index("signups_of_people", "signups", ["people"], unique=False, postgresql_using="gin")
    op.create_index(
        "signups_offers_due", "signups", ["offered_until"], unique=False, postgresql_where=sa.text("state = 'offered'")
    )
    # ### end Alembic commands ###
