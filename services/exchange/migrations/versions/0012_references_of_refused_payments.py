"""A refused payment leaves its merchant reference free; what an ended endpoint never gets has failed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_REFERENCE = ["community", "merchant", "mode", "merchant_reference"]


def upgrade() -> None:
    op.drop_index("payments_by_reference", "payments")
    op.create_index(
        "payments_by_reference", "payments", _REFERENCE, unique=True, postgresql_where=sa.text("state <> 'refused'")
    )
    op.create_index(
        "payments_refused_by_reference", "payments", _REFERENCE, postgresql_where=sa.text("state = 'refused'")
    )
    op.execute(
        "UPDATE webhook_deliveries SET state = 'failed' FROM webhook_endpoints"
        " WHERE webhook_deliveries.state = 'pending' AND webhook_endpoints.state <> 'active'"
        " AND webhook_endpoints.community = webhook_deliveries.community"
        " AND webhook_endpoints.id = webhook_deliveries.endpoint"
    )


def downgrade() -> None:
    op.drop_index("payments_refused_by_reference", "payments")
    op.drop_index("payments_by_reference", "payments")
    op.create_index("payments_by_reference", "payments", _REFERENCE, unique=True)
