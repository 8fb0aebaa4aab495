"""A new reward, another name and a much lower price wait for a second person"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from messaging import migrate

revision = "0017"
down_revision = "0016"

_DECIDED = ("state", "decided_by", "decided_at", "decision_reason", "version")
_REFUSE_A_LONE_PRICE = """
CREATE FUNCTION refuse_a_lone_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reward_proposals
         WHERE community = NEW.community AND reward = NEW.id AND state = 'approved' AND points = NEW.approved_points
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a price needs two people';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column(
        "rewards",
        sa.Column(
            "approved_points",
            sa.Integer(),
            nullable=True,
            comment="the price that two people agreed on; none: a new reward waits",
        ),
    )
    op.add_column(
        "rewards",
        sa.Column("proposal", sa.String(), nullable=True, comment="the proposal that waits for another person"),
    )
    op.execute("UPDATE rewards SET approved_points = points")
    op.create_check_constraint("rewards_cheaper_by_two_people", "rewards", "points * 100 >= approved_points * 80")
    op.create_table(
        "reward_proposals",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reward", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("points_before", sa.Integer(), nullable=True, comment="none: a new reward"),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'approved', 'refused', 'replaced')", name="reward_proposals_state"),
        sa.CheckConstraint("decided_by <> proposed_by", name="reward_proposals_decided_by_another_person"),
        sa.CheckConstraint(
            "(state IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name="reward_proposals_decided_by_someone"
        ),
        sa.PrimaryKeyConstraint("community", "id"),
        comment="New rewards and changes of rewards, as one person proposed them and another decided",
    )
    op.create_index(
        "reward_proposals_one_open",
        "reward_proposals",
        ["community", "reward"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.execute(_REFUSE_A_LONE_PRICE)
    op.execute(
        "CREATE CONSTRAINT TRIGGER rewards_priced_by_two_people AFTER UPDATE ON rewards DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NEW.approved_points IS DISTINCT FROM OLD.approved_points)"
        " EXECUTE FUNCTION refuse_a_lone_price()"
    )
    migrate.append_only("reward_proposals")
    if role := migrate.service_role():
        op.execute(f'GRANT UPDATE ({", ".join(_DECIDED)}) ON reward_proposals TO "{role}"')
