"""Words about people who were erased may go; what was decided stays"""

from messaging import migrate

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    migrate.allow_redaction("reason", "decisions", "corrections")
