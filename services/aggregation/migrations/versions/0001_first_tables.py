"""The first tables of the behaviour bank. Transfers and entries can be added to, never changed (invariant 14)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0001"
down_revision = None

# Looks once at all that a statement added, so it costs hardly more for five hundred transfers than for one.
_SIDES_MUST_SUM_TO_ZERO = """
    CREATE FUNCTION sides_must_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM added GROUP BY community, transfer HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'the entries of a transfer must sum to zero' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER entries_sum_to_zero AFTER INSERT ON entries
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION sides_must_sum_to_zero();
"""


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False, comment="of a book: its owner's id; else the kind itself"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("posted", sa.BigInteger(), server_default="0", nullable=False, comment="Σ of its entries"),
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False, comment="Σ of its open holds"),
        sa.Column(
            "arrears", sa.BigInteger(), server_default="0", nullable=False, comment="corrected after it was spent"
        ),
        sa.Column(
            "cumulative",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="Σ earned, net of corrections (R21)",
        ),
        sa.CheckConstraint(
            "kind IN ('household', 'head', 'issued', 'redeemed', 'expired', 'arrears')", name="accounts_kind"
        ),
        sa.CheckConstraint(
            "kind NOT IN ('household', 'head') OR (posted >= held AND held >= 0 AND arrears >= 0)",
            name="accounts_never_below_nothing",
        ),
        sa.CheckConstraint("arrears = 0 OR posted = held", name="accounts_repay_arrears_first"),
        sa.PrimaryKeyConstraint("community", "id"),
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
        "entries",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("transfer", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name="entries_move_something"),
        sa.PrimaryKeyConstraint("community", "transfer", "account"),
    )
    op.create_table(
        "holds",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("captured", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="holds_end_once"),
        sa.CheckConstraint("state IN ('open', 'captured', 'released', 'refused')", name="holds_state"),
        sa.CheckConstraint("points >= 0 AND captured BETWEEN 0 AND points", name="holds_capture_within"),
        sa.CheckConstraint("refunded BETWEEN 0 AND captured", name="holds_refund_within"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("holds_of_an_account", "holds", ["community", "account", "placed_at"], unique=False)
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
        "pending",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("courtyard", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "entry"),
    )
    op.create_index("pending_of_a_book", "pending", ["community", "book"], unique=False)
    op.create_index("pending_of_a_month", "pending", ["community", "period", "courtyard"], unique=False)
    op.create_table(
        "tallies",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False, comment="residents, households or courtyards"),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "subject_kind", "period", "subject", "category"),
    )
    op.create_table(
        "transfers",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False, comment="what caused it; once per kind"),
        sa.Column("reverses", sa.String(), nullable=True, comment="source of the transfer it takes back"),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False, comment="what the book's owner gained or lost"),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("origin_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False, comment="who acted"),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column(
            "courtyard",
            sa.String(),
            nullable=True,
            comment="where the household lived on `day`; it keeps the credit (R3)",
        ),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("merchant", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('credit', 'reversal', 'capture', 'refund', 'repayment', 'expiry')", name="transfers_kind"
        ),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.UniqueConstraint("community", "kind", "source", name="transfers_once"),
    )
    op.create_index("transfers_of_a_book", "transfers", ["community", "book", "id"], unique=False)
    op.create_index(
        "transfers_of_a_month", "transfers", ["community", "period", "courtyard", "day", "id"], unique=False
    )
    op.execute(_SIDES_MUST_SUM_TO_ZERO)
    migrate.append_only("transfers", "entries")


def downgrade() -> None:
    for table in (
        "accounts",
        "transfers",
        "entries",
        "holds",
        "pending",
        "tallies",
        "outbox",
        "inbox",
        "idempotency_keys",
        "directory_memberships",
        "directory_locations",
        "directory_courtyards",
        "directory_communities",
        "directory_appointments",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION sides_must_sum_to_zero")
