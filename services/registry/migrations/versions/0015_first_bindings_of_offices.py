"""What proves that an account is its person's, who recorded a number, and proposals of bindings and erasures"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("people", sa.Column("phone_recorded_by", sa.String(), comment="none: before this was stored"))
    op.add_column("people", sa.Column("phone_recorded_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE people SET phone_recorded_by = changed.by, phone_recorded_at = changed.at FROM"
        " (SELECT DISTINCT ON (community, person) community, person, by, at FROM sign_in_changes"
        "  WHERE kind = 'phone_changed' ORDER BY community, person, id DESC) AS changed"
        " WHERE changed.community = people.community AND changed.person = people.id"
    )
    comment = "why it is known to be the person's; none: it gives no office"
    op.add_column("accounts", sa.Column("proof", sa.String(16), comment=comment))
    op.execute("UPDATE accounts SET proof = 'earlier' WHERE person IS NOT NULL")
    op.create_check_constraint("accounts_proof", "accounts", "proof IN ('phone', 'witness', 'own', 'earlier')")
    op.create_check_constraint("accounts_proven_of_somebody", "accounts", "proof IS NULL OR person IS NOT NULL")
    op.drop_constraint("proposals_decided_by_someone", "proposals")
    op.create_check_constraint(
        "proposals_decided_by_someone",
        "proposals",
        "(state = 'open') = (decided_by IS NULL) OR (kind IN ('reset', 'erasure') AND state IN ('applied', 'refused'))"
        " OR (kind = 'binding' AND state = 'refused')",
    )
