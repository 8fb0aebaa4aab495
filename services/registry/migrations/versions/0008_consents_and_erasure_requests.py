"""Consents, and requests of people that their data be erased"""

import sqlalchemy as sa
from alembic import op

from messaging.migrate import append_only

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("guardian", sa.String()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.ForeignKeyConstraint(["community", "person"], ["people.community", "people.id"]),
        sa.CheckConstraint("guardian <> person", name="consents_guardian_is_somebody_else"),
        comment="Decisions on the use of a person's data; rows are only added, the latest holds",
    )
    op.create_index("consents_by_person", "consents", ["community", "person", "purpose", "id"])
    append_only("consents")
    op.create_table(
        "erasure_requests",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False, comment="empty once erased"),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answered_by", sa.String()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.String(), nullable=False, comment="empty once erased"),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.ForeignKeyConstraint(["community", "person"], ["people.community", "people.id"]),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="erasure_requests_answered_at_an_instant"),
    )
    op.create_index(
        "erasure_requests_one_open",
        "erasure_requests",
        ["community", "person"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("erasure_requests_by_person", "erasure_requests", ["community", "person", "id"])
