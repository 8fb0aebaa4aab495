"""Whose the subjects of notices are, and notices that wait for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "notice_subjects",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        comment="Whose claims, entries and objections are, for notices of their steps",
    )
    op.create_index("notice_subjects_of_person", "notice_subjects", ["community", "person"], unique=False)
    op.create_table(
        "waiting_notices",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("community", "source"),
        comment="Notices about things whose event has not come yet",
    )
    op.create_index("waiting_notices_of_subject", "waiting_notices", ["community", "subject"], unique=False)
