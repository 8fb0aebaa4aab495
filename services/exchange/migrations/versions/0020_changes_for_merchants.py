"""When deliveries changed last, and indexes for merchants that ask for what changed since.

A list of payments by reference reads no partial index, so refused payments share one with all others.

What exists changed with its last attempt. The default keeps a service of the release before able to write.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_REFERENCE = ["community", "merchant", "mode", "merchant_reference"]
_INDEXES = {
    "webhook_deliveries_by_change": ("webhook_deliveries", "changed_at"),
    "payments_by_change": ("payments", "changed_at"),
    "settlement_lines_by_time": ("settlement_lines", "at"),
}


def upgrade() -> None:
    changed_at = sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    op.add_column("webhook_deliveries", changed_at)
    last_attempt = "coalesce((attempts -> -1 ->> 'at')::timestamptz, created_at)"
    op.execute(f"UPDATE webhook_deliveries SET changed_at = {last_attempt}")
    for index, (table, column) in _INDEXES.items():
        op.create_index(index, table, ["community", "merchant", "mode", column])
    op.create_index("payments_by_any_reference", "payments", [*_REFERENCE, "id"])
    op.drop_index("payments_refused_by_reference", "payments")


def downgrade() -> None:
    op.create_index(
        "payments_refused_by_reference", "payments", _REFERENCE, postgresql_where=sa.text("state = 'refused'")
    )
    op.drop_index("payments_by_any_reference", "payments")
    for index, (table, _column) in _INDEXES.items():
        op.drop_index(index, table)
    op.drop_column("webhook_deliveries", "changed_at")
