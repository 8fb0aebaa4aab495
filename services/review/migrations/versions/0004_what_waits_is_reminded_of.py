"""What waits is reminded of, and the store itself knows who has an interest

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-24 08:40:00

"""

import sqlalchemy as sa
from alembic import op

from messaging import migrate

revision = "0004"
down_revision = "0003"

_REFUSE_AN_INTERESTED_JUDGE = """
CREATE FUNCTION refuse_an_interested_judge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM said JOIN reviews ON reviews.community = said.community AND reviews.id = said.review
        WHERE said.judge = ANY (reviews.interested)
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a judge has an interest in the case';
    END IF;
    RETURN NULL;
END $$
"""
_CHANGING = {
    "entries": ("state", "publication", "corrected", "finalized_at", "version"),
    "publications": ("settled_by", "settling_since", "settled_at", "version"),
}


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("community", "judge", "about", "day"),
        comment="Whom time has reminded on which day",
    )
    op.add_column("reviews", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("objections", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("reviews", "entries"):
        op.create_check_constraint(f"{table}_know_who_has_an_interest", table, "person = ANY (interested)")
    op.create_check_constraint("objections_know_who_has_an_interest", "objections", "objector = ANY (interested)")
    op.execute(_REFUSE_AN_INTERESTED_JUDGE)
    op.execute(
        "CREATE TRIGGER decisions_by_nobody_with_an_interest AFTER INSERT ON decisions"
        " REFERENCING NEW TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION refuse_an_interested_judge()"
    )
    role = migrate.service_role()
    if role is not None:
        for table, columns in _CHANGING.items():
            op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{role}"')
            op.execute(f'GRANT UPDATE ({", ".join(columns)}) ON {table} TO "{role}"')
