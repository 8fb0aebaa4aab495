"""A list stores how much its lines show of people"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("publications", sa.Column("public_place", sa.String(16)))
    op.add_column("publications", sa.Column("public_deed", sa.String(16)))
    op.add_column("publications", sa.Column("public_min_residents", sa.Integer))
