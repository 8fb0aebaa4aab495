"""Who recorded, endorsed, approved and published differ"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_REFUSE_A_LONE_APPROVER = """
CREATE FUNCTION refuse_a_lone_approver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM entries JOIN reviews ON reviews.community = entries.community AND reviews.id = entries.review
         WHERE entries.community = NEW.community AND entries.period = NEW.period AND entries.state = 'approved'
           AND entries.approved_by = NEW.published_by AND cardinality(reviews.approved_by) = 1
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'who approved an entry alone does not publish it';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column(
        "reviews",
        sa.Column("recorded_by", sa.String(), nullable=True, comment="who declared the deed or recorded the act"),
    )
    op.add_column(
        "reviews", sa.Column("declared_points", sa.Integer(), nullable=True, comment="the score before any adjustment")
    )
    # reviews of before may have been endorsed and approved by one person
    op.create_check_constraint(
        "reviews_approved_by_other_hands",
        "reviews",
        "declared_points IS NULL OR recorded_by <> ALL (approved_by) AND endorsed_by <> ALL (approved_by)",
    )
    op.execute(_REFUSE_A_LONE_APPROVER)
    op.execute(
        "CREATE TRIGGER publications_by_other_hands AFTER INSERT ON publications"
        " FOR EACH ROW EXECUTE FUNCTION refuse_a_lone_approver()"
    )
