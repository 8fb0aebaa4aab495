"""Whether people heard of what others declared for them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("claims", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("claims", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("claims", sa.Column("told_by", sa.String(), nullable=True))
    op.create_check_constraint("claims_are_told_by_others", "claims", "told_by IS NULL OR told_by <> declared_by")
    to_tell = sa.text("declared_by <> person AND NOT system_made AND told_at IS NULL AND seen_at IS NULL")
    op.create_index("claims_to_tell", "claims", ["community", "id"], postgresql_where=to_tell)


def downgrade() -> None:
    op.drop_index("claims_to_tell", "claims")
    op.drop_constraint("claims_are_told_by_others", "claims")
    for name in ("told_by", "told_at", "seen_at"):
        op.drop_column("claims", name)
