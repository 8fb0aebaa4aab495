"""People who newly got a say over a household's points wait before they spend them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "spending_waits",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column(
            "deciders",
            postgresql.ARRAY(sa.String()),
            nullable=False,
            comment="the household's adults who may answer",
        ),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False, comment="empty once erased"),
        sa.Column("ruled_by", sa.String(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruling_reason", sa.String(), nullable=False, comment="empty once erased"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community", "person"], ["people.community", "people.id"]),
        sa.ForeignKeyConstraint(["community", "household"], ["households.community", "households.id"]),
        sa.PrimaryKeyConstraint("community", "id"),
        sa.CheckConstraint("person <> ALL (deciders)", name="spending_waits_decided_by_others"),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by = ANY (deciders)", name="spending_waits_decided_by_the_household"
        ),
        sa.CheckConstraint(
            "ruled_by <> recorded_by AND ruled_by <> person AND ruled_by <> ALL (deciders)",
            name="spending_waits_ruled_by_somebody_else",
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR decided_by IS NOT NULL", name="spending_waits_decided"
        ),
        sa.CheckConstraint("(state IN ('allowed', 'denied')) <= (ruled_by IS NOT NULL)", name="spending_waits_ruled"),
        comment="Who newly got a say over a household's points and may not spend them yet, and who decided on it",
    )
    op.create_index("spending_waits_by_person", "spending_waits", ["community", "person"])
    op.create_index("spending_waits_by_household", "spending_waits", ["community", "household"])
    op.create_index("spending_waits_by_decider", "spending_waits", ["deciders"], postgresql_using="gin")
    op.create_index(
        "spending_waits_refused", "spending_waits", ["community"], postgresql_where=sa.text("state = 'refused'")
    )
