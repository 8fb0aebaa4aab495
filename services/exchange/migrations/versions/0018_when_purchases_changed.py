"""When orders and payments changed last, for clients that ask for what changed since.

What exists changed when its last step happened. The default keeps a service of the release before able to write.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_TABLES = ("orders", "payments")


def upgrade() -> None:
    for table in _TABLES:
        changed_at = sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        op.add_column(table, changed_at)
        last_step = "(history -> -1 ->> 'at')::timestamptz"
        op.execute(f"UPDATE {table} SET changed_at = {last_step} WHERE jsonb_array_length(history) > 0")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "changed_at")
