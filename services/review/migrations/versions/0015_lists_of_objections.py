"""Indexes for lists of objections by outcome and by when they changed last."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index("objections_by_outcome", "objections", ["community", "outcome", "id"])
    op.create_index("objections_by_change", "objections", ["community", sa.text("coalesce(ruled_at, raised_at)")])


def downgrade() -> None:
    op.drop_index("objections_by_change", "objections")
    op.drop_index("objections_by_outcome", "objections")
