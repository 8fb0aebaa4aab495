"""Indexes for a merchant's lists of authorizations, refunds and redemptions."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("payments_by_merchant", "payments", ["community", "merchant", "mode", "id"])
    op.create_index("settlement_lines_by_kind", "settlement_lines", ["community", "merchant", "mode", "kind", "id"])


def downgrade() -> None:
    op.drop_index("settlement_lines_by_kind", "settlement_lines")
    op.drop_index("payments_by_merchant", "payments")
