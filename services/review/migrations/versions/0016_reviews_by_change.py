"""An index for reviewers who ask which reviews changed since."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("reviews_by_change", "reviews", ["community", "changed_at", "id"])


def downgrade() -> None:
    op.drop_index("reviews_by_change", "reviews")
