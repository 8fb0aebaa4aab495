"""What offices decided is recorded, and what one person approved in a day is summed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "office_decisions",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        comment="What offices decided, readable by residents; never changed",
    )
    op.create_index("office_decisions_by_kind", "office_decisions", ["community", "kind", "id"])
    op.create_index("decisions_of_judge", "decisions", ["community", "judge", "at"])
    migrate.append_only("office_decisions")
