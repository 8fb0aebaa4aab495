"""Surveys and their answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("respondents", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("salt", sa.String(), nullable=True, comment="of an open anonymous survey; deleted when it closes"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(salt IS NOT NULL) = (state = 'open' AND anonymous)", name="surveys_salt_while_open"),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name="surveys_state"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index(
        "surveys_to_close", "surveys", ["closes_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "survey_answers",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column(
            "key", sa.String(), nullable=False, comment="the respondent; of an anonymous survey a keyed hash of them"
        ),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed_in_by", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True, comment="the scan of an answer on paper"),
        sa.CheckConstraint("(typed_in_by IS NULL) = (evidence IS NULL)", name="survey_answers_on_paper_have_a_scan"),
        sa.PrimaryKeyConstraint("community", "survey", "key"),
    )
    op.create_table(
        "survey_respondents",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("respondent", sa.String(), nullable=False, comment="a person or household"),
        sa.PrimaryKeyConstraint("community", "survey", "respondent"),
        comment="Who has answered, not what: nobody twice, and reminders to the silent only",
    )


def downgrade() -> None:
    op.drop_table("survey_respondents")
    op.drop_table("survey_answers")
    op.drop_table("surveys")
