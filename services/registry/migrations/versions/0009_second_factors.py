"""One-time codes as a second factor, and sessions that wait for one"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("community", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False, comment="time step of the last code used"),
        sa.ForeignKeyConstraint(["community", "person"], ["people.community", "people.id"]),
    )
    op.add_column("sessions", sa.Column("limited", sa.Boolean(), nullable=False, server_default=sa.false()))
