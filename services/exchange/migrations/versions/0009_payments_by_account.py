"""Payments are listed for those whose passbook paid."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("payments_by_account", "payments", ["community", "account", "id"])


def downgrade() -> None:
    op.drop_index("payments_by_account", "payments")
