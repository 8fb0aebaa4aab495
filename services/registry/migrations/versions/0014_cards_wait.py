"""Cards wait until a second person activates them; those of before pay"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("cards", sa.Column("active_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cards", sa.Column("activated_by", sa.String(), nullable=True, comment="none: nobody"))
    op.add_column("cards", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cards", sa.Column("activated_as", sa.String(16), nullable=True))
    op.execute("UPDATE cards SET active_from = issued_at")
    op.alter_column("cards", "active_from", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_check_constraint("cards_activated_by_another", "cards", "activated_by <> by OR activated_as = 'member'")
    op.create_check_constraint(
        "cards_activated_by_someone",
        "cards",
        "(activated_by IS NULL) = (activated_as IS NULL) AND (activated_by IS NULL) = (activated_at IS NULL)",
    )
    op.create_check_constraint("cards_activated_as", "cards", "activated_as IN ('member', 'witness')")
    op.create_check_constraint("cards_active_after_issue", "cards", "active_from >= issued_at")


def downgrade() -> None:
    for column in ("activated_as", "activated_at", "activated_by", "active_from"):
        op.drop_column("cards", column)
