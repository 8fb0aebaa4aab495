"""A correction is proposed by one person and confirmed by another"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0012"
down_revision = "0011"

_DECIDED = ("state", "decided_by", "decided_at", "decision_reason", "version")


def upgrade() -> None:
    op.add_column(
        "entries", sa.Column("declared_points", sa.Integer(), nullable=True, comment="the score before any adjustment")
    )
    op.add_column(
        "corrections",
        sa.Column("confirmed_by", sa.String(), nullable=True, comment="none: it follows from an objection"),
    )
    op.create_check_constraint(
        "corrections_confirmed_by_another_person",
        "corrections",
        'confirmed_by <> "by" AND confirmed_by <> ALL (interested)',
    )
    op.execute(
        "CREATE FUNCTION refuse_a_lone_correction() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE integrity_constraint_violation USING MESSAGE = 'a correction needs an objection or a second person';"
        " END $$"
    )
    op.execute(
        "CREATE TRIGGER corrections_by_two_people BEFORE INSERT ON corrections FOR EACH ROW"
        " WHEN (NEW.objection IS NULL AND NEW.confirmed_by IS NULL) EXECUTE FUNCTION refuse_a_lone_correction()"
    )
    op.create_table(
        "correction_proposals",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("corrected_to", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("interested", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name="correction_proposals_decided_by_another_person"),
        sa.CheckConstraint(
            "proposed_by <> ALL (interested) AND decided_by <> ALL (interested)",
            name="correction_proposals_without_interest",
        ),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="correction_proposals_decided_by_someone"),
        sa.CheckConstraint("state IN ('open', 'confirmed', 'refused')", name="correction_proposals_state"),
        sa.PrimaryKeyConstraint("community", "id"),
        comment="Corrections as they were proposed; what became of them is in corrections",
    )
    op.create_index(
        "correction_proposals_one_open",
        "correction_proposals",
        ["community", "entry"],
        unique=True,
        postgresql_where=sa.text("state='open'"),
    )
    migrate.append_only("correction_proposals")
    if role := migrate.service_role():
        op.execute(f'GRANT UPDATE (reason, {", ".join(_DECIDED)}) ON correction_proposals TO "{role}"')
