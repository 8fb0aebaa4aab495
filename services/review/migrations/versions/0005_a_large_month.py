"""A list is drawn up in slices, and public with the last; open cases are gone through some thousand at a time

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-25 19:20:00

"""

import sqlalchemy as sa
from alembic import op

from messaging import migrate

revision = "0005"
down_revision = "0004"

_REFUSE_AN_INTERESTED_JUDGE = """
CREATE OR REPLACE FUNCTION refuse_an_interested_judge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM said CROSS JOIN LATERAL (
            SELECT interested FROM reviews WHERE community = said.community AND id = said.review LIMIT 1
        ) judged
        WHERE said.judge = ANY (judged.interested)
    ) THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'a judge has an interest in the case';
    END IF;
    RETURN NULL;
END $$
"""
_REFUSE_TO_PUBLISH_AGAIN = """
CREATE FUNCTION refuse_to_publish_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE integrity_constraint_violation USING MESSAGE = 'the list is public';
END $$
"""


def upgrade() -> None:
    op.execute(_REFUSE_AN_INTERESTED_JUDGE)  # one case after the other, instead of all cases of the community at once
    for name in ("closed_at", "listed"):
        kind = sa.Integer() if name == "listed" else sa.DateTime(timezone=True)
        op.add_column("publications", sa.Column(name, kind, nullable=True))
    op.execute("UPDATE publications SET closed_at = published_at, listed = entries")
    for name in ("closed_at", "listed"):
        op.alter_column("publications", name, nullable=False)
    for name in ("published_at", "window_closes_at"):
        op.alter_column("publications", name, nullable=True)
    op.create_check_constraint(
        "publications_public_when_complete", "publications", "(published_at IS NULL) = (listed < entries)"
    )
    op.create_check_constraint(
        "publications_public_with_a_window", "publications", "(published_at IS NULL) = (window_closes_at IS NULL)"
    )
    op.create_check_constraint(
        "publications_settled_after_they_are_public", "publications", "settling_since >= published_at"
    )
    op.create_index(
        "publications_publishing",
        "publications",
        ["community", "period"],
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.execute(_REFUSE_TO_PUBLISH_AGAIN)
    op.execute(
        "CREATE TRIGGER publications_public_once BEFORE UPDATE OF listed, published_at, window_closes_at"
        " ON publications FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_to_publish_again()"
    )
    if role := migrate.service_role():
        op.execute(f'GRANT UPDATE (listed, published_at, window_closes_at) ON publications TO "{role}"')
    op.create_index(
        "reviews_open",
        "reviews",
        ["community", "changed_at", "id"],
        postgresql_where=sa.text("stage='first'"),
    )
    op.create_table(
        "rounds",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="How far a round through all open first reviews has come; nothing at its beginning",
    )
    op.drop_table("reminders")
    op.create_table(
        "reminders",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("community", "day"),
        comment="On which days a community has reminded its judges",
    )
