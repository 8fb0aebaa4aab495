"""Who closed a round"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("inspections", sa.Column("closed_by", sa.String(), nullable=True))
