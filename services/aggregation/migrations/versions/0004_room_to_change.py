"""Room beside each row of what every transfer changes, so that its next version lies on the same page."""

from alembic import op

revision = "0004"
down_revision = "0003"

_CHANGED_BY_EVERY_TRANSFER = ("accounts", "tallies")


def upgrade() -> None:
    """What is full already fills up anew as its rows change."""
    for table in _CHANGED_BY_EVERY_TRANSFER:
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 50)")


def downgrade() -> None:
    for table in _CHANGED_BY_EVERY_TRANSFER:
        op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
