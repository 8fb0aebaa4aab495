"""Points that lapse, books that merge, and rebuilds that are asked for and reported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_ACCOUNTS = "'household', 'head', 'issued', 'redeemed', 'expired', 'arrears'"
_TRANSFERS = "'credit', 'reversal', 'capture', 'refund', 'repayment', 'expiry'"


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column(
            "merged_into", sa.String(), nullable=True, comment="the book that took it over, never one merged itself"
        ),
    )
    op.add_column("accounts", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "accounts_merged_are_empty",
        "accounts",
        "merged_into IS NULL OR (posted = 0 AND held = 0 AND arrears = 0)",
    )
    op.create_index(
        "accounts_merged",
        "accounts",
        ["community", "merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    _kinds(f"{_ACCOUNTS}, 'merged'", f"{_TRANSFERS}, 'closing', 'merge'")
    op.alter_column(
        "transfers",
        "person",
        nullable=True,
        comment="who acted; none when points lapse or books merge",
        existing_comment="who acted",
        existing_type=sa.String(),
    )
    op.create_table(
        "lapses",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the last on which it was looked what lapses"),
        sa.PrimaryKeyConstraint("community"),
    )
    op.create_table(
        "rebuilds",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('requested', 'done', 'failed')", name="rebuilds_state"),
        sa.CheckConstraint("(state = 'requested') = (ended_at IS NULL)", name="rebuilds_end_once"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index(
        "rebuilds_requested",
        "rebuilds",
        ["requested_at"],
        unique=False,
        postgresql_where=sa.text("state = 'requested'"),
    )


def downgrade() -> None:
    """As long as nothing lapsed and no book merged: what is in the ledger cannot be taken out."""
    op.drop_table("rebuilds")
    op.drop_table("lapses")
    op.alter_column(
        "transfers",
        "person",
        nullable=False,
        comment="who acted",
        existing_comment="who acted; none when points lapse or books merge",
        existing_type=sa.String(),
    )
    _kinds(_ACCOUNTS, _TRANSFERS)
    op.drop_index("accounts_merged", "accounts")
    op.drop_constraint("accounts_merged_are_empty", "accounts")
    op.drop_column("accounts", "merged_at")
    op.drop_column("accounts", "merged_into")


def _kinds(accounts: str, transfers: str) -> None:
    for table, kinds in (("accounts", accounts), ("transfers", transfers)):
        op.drop_constraint(f"{table}_kind", table)
        op.create_check_constraint(f"{table}_kind", table, f"kind IN ({kinds})")
