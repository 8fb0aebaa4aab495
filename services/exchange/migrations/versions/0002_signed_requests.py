"""What a merchant's signatures are checked with, and the nonces they have used up."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("merchant_keys", sa.Column("algorithm", sa.String(), nullable=True))
    op.add_column("merchant_keys", sa.Column("material", sa.Text(), nullable=True))
    op.create_table(
        "signature_nonces",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "nonce"),
    )
    op.create_index(op.f("ix_signature_nonces_expires_at"), "signature_nonces", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("signature_nonces")
    op.drop_column("merchant_keys", "material")
    op.drop_column("merchant_keys", "algorithm")
