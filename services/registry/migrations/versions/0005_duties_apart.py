"""Appointments name who made them, and nobody holds two incompatible offices"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_PAIRS = (
    ("branch", "committee"),
    ("branch", "merchant_operator"),
    ("branch", "working_group_chair"),
    ("committee", "merchant_operator"),
    ("committee", "working_group"),
    ("committee", "working_group_chair"),
    ("merchant_operator", "working_group"),
    ("merchant_operator", "working_group_chair"),
)
_REFUSE_INCOMPATIBLE_OFFICES = f"""
CREATE FUNCTION refuse_incompatible_offices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM appointments held
         WHERE held.community = NEW.community AND held.person = NEW.person AND held.id <> NEW.id
           AND daterange(held.since, held.until) && daterange(NEW.since, NEW.until)
           AND (least(held.role, NEW.role), greatest(held.role, NEW.role))
               IN (VALUES {", ".join(map(str, _PAIRS))})
           AND NOT EXISTS (
               SELECT FROM communities c CROSS JOIN LATERAL jsonb_array_elements(c.settings -> 'office_exceptions') pair
                WHERE c.id = NEW.community AND pair ? held.role AND pair ? NEW.role
           )
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'the person holds an incompatible office';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column(
        "appointments",
        sa.Column("appointed_by", sa.String(), nullable=True, comment="none: by a roster or the platform's bootstrap"),
    )
    op.create_check_constraint("appointments_by_somebody_else", "appointments", "appointed_by <> person")
    op.execute(_REFUSE_INCOMPATIBLE_OFFICES)
    op.execute(
        "CREATE TRIGGER appointments_compatible AFTER INSERT ON appointments"
        " FOR EACH ROW EXECUTE FUNCTION refuse_incompatible_offices()"
    )
