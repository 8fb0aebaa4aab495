"""Posts and comments of residents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "posts",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pictures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("posted_by", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("courtyard", sa.String(), nullable=True, comment="of the household, on the day"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check", sa.String(), nullable=False, comment="what the content check said"),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("moderated_by", sa.String(), nullable=True),
        sa.Column("moderation_reason", sa.Text(), nullable=False),
        sa.Column("appeal", sa.String(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'suggestion') = (stage IS NOT NULL)", name="posts_stage_of_suggestions"),
        sa.CheckConstraint("appeal <> 'open' OR visibility = 'hidden'", name="posts_appeal_of_hidden"),
        sa.CheckConstraint("appeal IN ('none', 'open', 'upheld', 'dismissed')", name="posts_appeal"),
        sa.CheckConstraint("visibility <> 'hidden' OR moderated_by IS NOT NULL", name="posts_hidden_by_somebody"),
        sa.CheckConstraint("visibility IN ('waiting', 'visible', 'hidden', 'withdrawn')", name="posts_visibility"),
        sa.CheckConstraint("moderated_by NOT IN (author, posted_by)", name="posts_moderated_by_others"),
        sa.PrimaryKeyConstraint("community", "id"),
    )
    op.create_index("posts_by_author", "posts", ["community", "author", "id"], unique=False)
    op.create_index("posts_by_id", "posts", ["id"], unique=True)
    op.create_index(
        "posts_due",
        "posts",
        ["community", "reply_due_at"],
        unique=False,
        postgresql_where=sa.text("visibility = 'visible'"),
    )
    op.create_index(
        "posts_to_moderate",
        "posts",
        ["community", "id"],
        unique=False,
        postgresql_where=sa.text("visibility IN ('waiting', 'hidden')"),
    )
    op.create_table(
        "post_comments",
        sa.Column("community", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("posted_by", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=True),
        sa.Column("courtyard", sa.String(), nullable=True, comment="of the household, on the day"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check", sa.String(), nullable=False, comment="what the content check said"),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("moderated_by", sa.String(), nullable=True),
        sa.Column("moderation_reason", sa.Text(), nullable=False),
        sa.Column("appeal", sa.String(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("appeal <> 'open' OR visibility = 'hidden'", name="post_comments_appeal_of_hidden"),
        sa.CheckConstraint("appeal IN ('none', 'open', 'upheld', 'dismissed')", name="post_comments_appeal"),
        sa.CheckConstraint(
            "visibility <> 'hidden' OR moderated_by IS NOT NULL", name="post_comments_hidden_by_somebody"
        ),
        sa.CheckConstraint(
            "visibility IN ('waiting', 'visible', 'hidden', 'withdrawn')", name="post_comments_visibility"
        ),
        sa.CheckConstraint("moderated_by NOT IN (author, posted_by)", name="post_comments_moderated_by_others"),
        sa.PrimaryKeyConstraint("community", "post", "id"),
    )
    op.create_index("post_comments_by_author", "post_comments", ["community", "author", "id"], unique=False)
    op.create_index("post_comments_by_id", "post_comments", ["id"], unique=True)
    op.create_index(
        "post_comments_to_moderate",
        "post_comments",
        ["community", "id"],
        unique=False,
        postgresql_where=sa.text("visibility IN ('waiting', 'hidden')"),
    )


def downgrade() -> None:
    op.drop_table("post_comments")
    op.drop_table("posts")
