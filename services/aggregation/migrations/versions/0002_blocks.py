"""The chain of blocks that seals the ledger. What was posted before waits to be sealed like all else (R20)."""

import sqlalchemy as sa
from alembic import op

from messaging import migrate

revision = "0002"
down_revision = "0001"

_WAIT_TO_BE_SEALED = """
    CREATE FUNCTION wait_to_be_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO unsealed (community, transfer) SELECT community, id FROM added;
        RETURN NULL;
    END $$;
    CREATE TRIGGER transfers_wait_to_be_sealed AFTER INSERT ON transfers
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION wait_to_be_sealed();
"""


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("community", "number"),
    )
    op.create_table(
        "leaves",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("block", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("transfer", sa.String(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("community", "block", "position"),
        sa.UniqueConstraint("transfer", name="leaves_once"),
    )
    op.create_table(
        "unsealed",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("transfer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("community", "transfer"),
        comment="posted and in no block yet; filled by a trigger on transfers",
    )
    op.execute(_WAIT_TO_BE_SEALED)
    op.execute("INSERT INTO unsealed (community, transfer) SELECT community, id FROM transfers")
    migrate.append_only("blocks", "leaves")


def downgrade() -> None:
    op.execute("DROP TRIGGER transfers_wait_to_be_sealed ON transfers")
    op.execute("DROP FUNCTION wait_to_be_sealed")
    for table in ("unsealed", "leaves", "blocks"):
        op.drop_table(table)
