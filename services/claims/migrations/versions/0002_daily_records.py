"""Indexes by which a page of daily records, or of a month's claims, costs what is on it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("claims_of_courtyard_by_day", "claims", ["community", "courtyard", "day", "id"])
    op.create_index("claims_by_day", "claims", ["community", "day", "id"])
