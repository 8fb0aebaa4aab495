"""Posts and comments of one community, and the visible ones of all."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, func, or_, select, tuple_
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.posts import UNANSWERED, Comment, Post
from services.engagement.store.post_tables import everybody_sees, post_comments, posts

Due = tuple[datetime, str]
"""Deadline and id of the last suggestion of the page before."""
_Condition = Callable[[Table], ColumnElement[bool]]
"""A condition on the table of posts and on that of comments."""


class PostRepository:
    """Loads and stores a community's posts and comments, of any visibility; callers check who may see them."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, posted_text: Post | Comment) -> None:
        """Store a new post or comment."""
        self._session.add(posted_text)

    def get(self, post: str, *, for_update: bool = False) -> Post:
        """Return a post, locked if asked for. Raises `NotFound`."""
        found = self._session.get(
            Post, (self._community, post), with_for_update=for_update, populate_existing=for_update
        )
        if found is None:
            raise errors.NotFound("没有这条内容")
        return found

    def get_comment(self, post: str, comment: str) -> Comment:
        """Return a comment, locked. Raises `NotFound`."""
        found = self._session.get(
            Comment, (self._community, post, comment), with_for_update=True, populate_existing=True
        )
        if found is None:
            raise errors.NotFound("没有这条评论")
        return found

    def with_ids(self, ids: Collection[str]) -> dict[str, Post]:
        """Return these posts by id."""
        rows = select(Post).where(posts.c.community == self._community, posts.c.id.in_(list(ids)))
        return {post.id: post for post in self._session.scalars(rows)}

    def of_author(self, person: str, limit: int | None = None, before: str | None = None) -> list[Post | Comment]:
        """Return what a person wrote or posted for others, newest first."""
        return self._both(lambda table: or_(table.c.author == person, table.c.posted_by == person), limit, before)

    def in_queue(self, queue: str, limit: int, before: str | None) -> list[Post | Comment]:
        """Return what waits for a person, is hidden, or hidden and appealed, newest first."""
        if queue == "appealed":
            return self._both(lambda table: table.c.appeal == "open", limit, before)
        return self._both(lambda table: table.c.visibility == queue, limit, before)

    def visible(
        self,
        limit: int,
        before: str | None,
        *,
        kind: str | None = None,
        stages: Collection[str] = (),
        text: str | None = None,
    ) -> list[Post]:
        """Return visible posts, newest first."""
        rows = self._visible()
        if kind:
            rows = rows.where(posts.c.kind == kind)
        if stages:
            rows = rows.where(posts.c.stage.in_(list(stages)))
        if text:
            rows = rows.where(
                or_(posts.c.title.icontains(text, autoescape=True), posts.c.text.icontains(text, autoescape=True))
            )
        if before:
            rows = rows.where(posts.c.id < before)
        return list(self._session.scalars(rows.order_by(posts.c.id.desc()).limit(limit)))

    def overdue(self, now: datetime, limit: int, after: Due | None) -> list[Post]:
        """Return visible suggestions whose answer is late, the oldest deadline first."""
        rows = self._visible().where(posts.c.reply_due_at <= now, posts.c.stage.in_(UNANSWERED))
        if after:
            rows = rows.where(tuple_(posts.c.reply_due_at, posts.c.id) > after)
        return list(self._session.scalars(rows.order_by(posts.c.reply_due_at, posts.c.id).limit(limit)))

    def visible_comments(self, post: Post, limit: int, after: str | None) -> list[Comment]:
        """Return a post's visible comments, oldest first; none of a post that is not visible."""
        if not post.is_visible:
            return []
        rows = select(Comment).where(
            post_comments.c.community == self._community, post_comments.c.post == post.id, everybody_sees(post_comments)
        )
        if after:
            rows = rows.where(post_comments.c.id > after)
        return list(self._session.scalars(rows.order_by(post_comments.c.id).limit(limit)))

    def count_visible_comments(self, ids: Collection[str]) -> dict[str, int]:
        """Return the number of visible comments by post."""
        counted = (
            select(post_comments.c.post, func.count())
            .where(post_comments.c.community == self._community, post_comments.c.post.in_(list(ids)))
            .where(everybody_sees(post_comments))
            .group_by(post_comments.c.post)
        )
        return {row.post: row[1] for row in self._session.execute(counted)}

    def _visible(self) -> Select[Post]:
        return select(Post).where(posts.c.community == self._community, everybody_sees(posts))

    def _both(self, condition: _Condition, limit: int | None, before: str | None) -> list[Post | Comment]:
        """Return posts and comments that match, newest first: the part of an id after its prefix sorts by time."""
        found: list[Post | Comment] = []
        for table, kind in ((posts, Post), (post_comments, Comment)):
            time = func.substr(table.c.id, 5)
            rows = select(kind).where(table.c.community == self._community, condition(table))
            if before:
                rows = rows.where(time < before)
            found += self._session.scalars(rows.order_by(time.desc()).limit(limit))
        return sorted(found, key=lambda each: each.id[4:], reverse=True)[:limit]


class VisiblePosts:
    """Finds visible posts by their id alone: anybody may read them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, post: str) -> Post:
        """Return a visible post of any community. Raises `NotFound`."""
        found = self._session.scalar(select(Post).where(posts.c.id == post, everybody_sees(posts)))
        if found is None:
            raise errors.NotFound("没有这条内容")
        return found
