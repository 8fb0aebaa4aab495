"""Presence at activities: attendances and the batches of hosts' devices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("activities", sa.Column("presence_secret", sa.String(), nullable=True))
    op.execute("UPDATE activities SET presence_secret = md5(random()::text || id) || md5(random()::text || id)")
    op.alter_column("activities", "presence_secret", nullable=False)
    op.add_column("activities", sa.Column("attendance_closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("activities", sa.Column("attendance_closed_by", sa.String(), nullable=True))
    op.add_column("activities", sa.Column("head_count", sa.Integer(), nullable=True))
    op.create_table(
        "attendance_batches",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("community", "activity", "id"),
        comment="What hosts' devices recorded without network, with the answer that a repeat gets",
    )
    op.create_table(
        "attendances",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("signup", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_method", sa.String(), nullable=False),
        sa.Column("in_by", sa.String(), nullable=False),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_method", sa.String(), nullable=True),
        sa.Column("out_by", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('present', 'left', 'attended', 'incomplete', 'revoked')", name="attendances_state"
        ),
        sa.CheckConstraint(
            "state NOT IN ('left', 'attended', 'revoked') OR checked_out_at IS NOT NULL", name="attendances_checked_out"
        ),
        sa.PrimaryKeyConstraint("community", "activity", "person"),
    )
    op.create_index("attendances_of_person", "attendances", ["community", "person", "id"], unique=False)
    # ### end Alembic commands ###
