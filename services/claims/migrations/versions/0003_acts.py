"""What people took part in, by the platform's own lists; and drafts of rulebooks that nobody wants any more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("acts_once", "acts", ["community", "item", "happened_at", "person"], unique=True)
    op.add_column("rulebooks", sa.Column("discarded_by", sa.String(), nullable=True))
    op.add_column("rulebooks", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
