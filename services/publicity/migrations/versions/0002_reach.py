"""Proofs that households know of announcements, postings, and the households' cards."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "household_cards",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("community", "digest"),
        comment="Households' printed cards, which prove a visit when they are scanned",
    )
    op.create_table(
        "postings",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("announcement", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("photo", sa.String(), nullable=False, comment="SHA-256 of the photo"),
        sa.Column("posted_by", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('notice_board', 'screen', 'wechat_group')", name="postings_channel"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("postings_of_announcement", "postings", ["community", "announcement", "id"], unique=False)
    op.create_table(
        "reach_proofs",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("announcement", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "proof IN ('opened', 'acknowledged', 'told', 'card_scanned', 'slip_returned')", name="reach_proofs_kind"
        ),
        sa.ForeignKeyConstraint(
            ["community", "announcement", "household"],
            ["audience_households.community", "audience_households.announcement", "audience_households.household"],
            name="reach_proofs_of_the_audience",
        ),
        sa.PrimaryKeyConstraint("community", "announcement", "household", "proof"),
    )
