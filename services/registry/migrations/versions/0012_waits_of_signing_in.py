"""Who signs in because somebody else chose how waits before they spend"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.alter_column(
        "spending_waits",
        "ends_at",
        existing_type=sa.DateTime(timezone=True),
        nullable=True,
        comment="none: not before the person can sign in",
    )
