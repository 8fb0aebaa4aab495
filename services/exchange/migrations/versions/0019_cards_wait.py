"""New cards wait until they are activated; those of before pay"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    comment = "none: pays at once, issued before 0.2"
    op.add_column("cards", sa.Column("active_from", sa.DateTime(timezone=True), nullable=True, comment=comment))


def downgrade() -> None:
    op.drop_column("cards", "active_from")
