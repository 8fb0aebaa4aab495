"""What is forgotten of erased people: words may go, files are listed for deletion"""

import sqlalchemy as sa
from alembic import op

from messaging import migrate

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "forgettings",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "person"),
        comment="Erased people to be forgotten once more, for what was under way when they were",
    )
    op.create_table(
        "forgotten_files",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("community", "evidence"),
        comment="Proof whose files are to be deleted",
    )
    op.create_index("forgotten_files_by_time", "forgotten_files", ["due_at"])
    op.create_index("evidence_by_uploader", "evidence", ["community", "uploaded_by"])
    op.create_index("acts_by_person", "acts", ["community", "person"])
    migrate.allow_redaction("reason", "claim_steps")
    role = migrate.service_role()
    if role is not None:
        op.execute(f'GRANT DELETE ON evidence_looks, evidence_likenesses TO "{role}"')
