"""What of a list is one courtyard's, for its own notice board

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-25 19:50:00

"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index(
        "published_entries_of_courtyard", "published_entries", ["community", "publication", "courtyard", "position"]
    )
