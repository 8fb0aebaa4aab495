"""Who may not spend a household's points yet"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "spending_waits",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("wait", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True, comment="whose points; none: all they can spend"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True, comment="none: not before they sign in"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("community", "wait"),
    )
    op.create_index("spending_waits_by_person", "spending_waits", ["community", "person"])


def downgrade() -> None:
    op.drop_table("spending_waits")
