"""An index for those who read all claims and ask which changed since."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("claims_by_change", "claims", ["community", "changed_at", "id"])


def downgrade() -> None:
    op.drop_index("claims_by_change", "claims")
