"""Bindings that wait for the bound person, and what changed about signing in"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for column in (
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bound_by", sa.String(), nullable=True, comment="who gave the invitation; none if by phone"),
        sa.Column("requested_person", sa.String(), nullable=True, comment="who has to confirm the binding"),
        sa.Column("requested_community", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("accounts", column)
    op.create_index("accounts_by_request", "accounts", ["requested_community", "requested_person"])
    op.create_index("sessions_by_closing", "sessions", ["closed_at"], postgresql_where=sa.text("closed_at IS NOT NULL"))
    op.create_table(
        "sign_in_changes",
        sa.Column("community", sa.String(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community", "person"], ["people.community", "people.id"]),
    )
    op.create_index("sign_in_changes_by_person", "sign_in_changes", ["community", "person", "id"])
