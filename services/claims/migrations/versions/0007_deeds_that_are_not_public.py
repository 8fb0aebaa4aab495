"""Claims of items that are not public"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("claims", sa.Column("public", sa.Boolean, nullable=False, server_default=sa.true()))
