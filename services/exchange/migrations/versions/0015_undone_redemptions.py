"""A redemption is undone once at most."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(
        "settlement_lines_undone_once",
        "settlement_lines",
        ["community", "source"],
        unique=True,
        postgresql_where=sa.text("kind = 'refund' AND starts_with(source, 'ord_')"),
    )


def downgrade() -> None:
    op.drop_index("settlement_lines_undone_once", "settlement_lines")
