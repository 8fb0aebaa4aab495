"""Requests to reset how somebody signs in, which take effect after a delay without anybody who approves"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.drop_constraint("proposals_decided_by_someone", "proposals")
    op.create_check_constraint(
        "proposals_decided_by_someone",
        "proposals",
        "(state = 'open') = (decided_by IS NULL) OR (kind = 'reset' AND state IN ('applied', 'refused'))",
    )
    op.drop_index("proposals_due", "proposals")
    op.create_index(
        "proposals_due", "proposals", ["takes_effect_at"], postgresql_where=sa.text("state IN ('open', 'approved')")
    )
