"""Everybody who declared, recorded or scored a deed is kept; one hand alone approves none, and the clock lists none"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"

_REFUSE_ONE_HAND = """
CREATE FUNCTION refuse_one_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE integrity_constraint_violation USING MESSAGE = 'one person alone does not bring points into being';
END $$
"""
_REFUSE_A_LONE_APPROVER = """
CREATE OR REPLACE FUNCTION refuse_a_lone_approver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM entries JOIN reviews ON reviews.community = entries.community AND reviews.id = entries.review
         WHERE entries.community = NEW.community AND entries.period = NEW.period AND entries.state = 'approved'
           AND cardinality(reviews.approved_by) = 1
           AND (entries.approved_by = NEW.published_by
                OR NEW.published_by = 'clock' AND reviews.endorsed_by IS NULL
                   AND reviews.recorded_by <@ reviews.interested)
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'who approved an entry alone does not publish it';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.drop_constraint("reviews_approved_by_other_hands", "reviews")
    op.alter_column(
        "reviews",
        "recorded_by",
        type_=postgresql.ARRAY(sa.Text()),
        postgresql_using="CASE WHEN recorded_by IS NULL THEN '{}' ELSE ARRAY[recorded_by] END",
        comment="who declared, recorded or scored the deed",
        nullable=False,
    )
    op.create_check_constraint(
        "reviews_approved_by_other_hands",
        "reviews",
        "declared_points IS NULL OR NOT recorded_by && approved_by AND endorsed_by <> ALL (approved_by)",
    )
    op.execute(_REFUSE_ONE_HAND)
    condition = "NEW.stage = 'approved' AND NEW.endorsed_by IS NULL AND cardinality(NEW.approved_by) < 2"
    op.execute(
        "CREATE TRIGGER reviews_by_two_people BEFORE INSERT OR UPDATE OF stage ON reviews FOR EACH ROW"
        f" WHEN ({condition} AND NEW.recorded_by <@ NEW.interested) EXECUTE FUNCTION refuse_one_hand()"
    )
    op.execute(_REFUSE_A_LONE_APPROVER)
