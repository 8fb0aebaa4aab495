"""Who read or changed a person's data"""

import sqlalchemy as sa
from alembic import op

from messaging.migrate import append_only

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "accesses",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False, comment="whose data"),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(), nullable=False, comment="the claim, upload or person"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        comment="Who read or changed a person's data; rows are only added",
    )
    op.create_index(
        "accesses_once_a_day", "accesses", ["community", "person", "by", "action", "subject", "day"], unique=True
    )
    op.create_index("accesses_of_person", "accesses", ["community", "person", "id"])
    append_only("accesses")
