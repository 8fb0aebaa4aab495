"""Acts that records of other services prove, and their undoing."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("acts", sa.Column("record", sa.String(), nullable=True, comment="of another service, that proves it"))
    op.add_column("acts", sa.Column("undone_by", sa.String(), nullable=True))
    op.add_column("acts", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "acts_one_a_record",
        "acts",
        ["community", "record"],
        unique=True,
        postgresql_where=sa.text("record IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("acts_one_a_record", "acts")
    for column in ("undone_at", "undone_by", "record"):
        op.drop_column("acts", column)
