"""Calls about posts, suggestions and comments (R31)."""

from collections.abc import Callable
from datetime import datetime
from typing import Unpack

from contracts import errors
from contracts.calls import engagement as calls
from contracts.paging import cursor_parts, joined_cursor, page_of
from contracts.rpc import Caller, Page
from directory.permissions import MODERATE_POSTS, RULE_ON_APPEALS
from messaging import command, query
from services.engagement.domain.posts import Comment, Post
from services.engagement.schemas import posts as schemas
from services.engagement.store import EngagementScope, EngagementTransaction
from services.engagement.use_cases import posts as use_cases


class PostCalls:
    @command
    def share_post(
        self, tx: EngagementTransaction, *, actor: Caller, check: str, **form: Unpack[calls.PostForm]
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.share(scope, form, check))

    @command
    def comment_on_post(
        self, tx: EngagementTransaction, *, actor: Caller, post_id: str, check: str, text: str
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.comment(scope, post_id, text, check))

    @command
    def withdraw_posted_text(
        self, tx: EngagementTransaction, *, actor: Caller, post_id: str, comment_id: str | None = None
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.withdraw(scope, post_id, comment_id))

    @command
    def moderate(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        post_id: str,
        decision: str,
        reason: str,
        comment_id: str | None = None,
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.moderate(scope, post_id, decision, reason, comment_id))

    @command
    def appeal_moderation(
        self, tx: EngagementTransaction, *, actor: Caller, post_id: str, text: str, comment_id: str | None = None
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.appeal(scope, post_id, text, comment_id))

    @command
    def rule_on_appeal(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        post_id: str,
        outcome: str,
        reason: str,
        comment_id: str | None = None,
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.rule(scope, post_id, outcome, reason, comment_id))

    @command
    def take_course_step(
        self, tx: EngagementTransaction, *, actor: Caller, post_id: str, step: str, reason: str
    ) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.take_step(scope, post_id, step, reason))

    @query
    def get_posted_text(self, tx: EngagementTransaction, *, actor: Caller, post_id: str) -> calls.PostedText:
        return _shown(scope := tx.scope(actor), use_cases.get(scope, post_id))

    @query
    def list_own_posted_texts(
        self, tx: EngagementTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.PostedText]:
        scope = tx.scope(actor)
        found = scope.posts.of_author(scope.person, limit + 1, cursor)
        return page_of(found, limit, lambda each: schemas.posted_text(each, tx.now), _time)

    @query
    def list_moderation(
        self, tx: EngagementTransaction, *, actor: Caller, queue: str, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.PostedText]:
        scope = tx.scope(actor)
        if not scope.may(RULE_ON_APPEALS):
            scope.require(MODERATE_POSTS)
        found = scope.posts.in_queue(queue, limit + 1, cursor)
        return page_of(found, limit, lambda each: schemas.posted_text(each, tx.now), _time)

    @query
    def list_posts(
        self,
        tx: EngagementTransaction,
        *,
        community_id: str,
        kind: str | None = None,
        stage: list[str] | None = None,
        overdue: bool = False,
        q: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.ListedPost]:
        scope = tx.scope_of(community_id)
        if overdue:
            if kind == "share" or stage or q:
                raise errors.Invalid(
                    errors=[{"pointer": "/overdue", "detail": "不能与其他条件同时使用", "in": "query"}]
                )
            found = scope.posts.overdue(tx.now, limit + 1, cursor_parts(cursor, datetime.fromisoformat, str))
            return _page(scope, found, limit, lambda each: joined_cursor(each.reply_due_at, each.id))
        found = scope.posts.visible(limit + 1, cursor, kind=kind, stages=stage or (), text=q)
        return _page(scope, found, limit, lambda each: each.id)

    @query
    def get_post(self, tx: EngagementTransaction, *, post_id: str) -> calls.ListedPost:
        found = tx.visible_posts.get(post_id)
        return use_cases.show_public(tx.scope_of(found.community), [found])[0]

    @query
    def list_comments(
        self, tx: EngagementTransaction, *, post_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.ListedComment]:
        post = tx.visible_posts.get(post_id)
        scope = tx.scope_of(post.community)
        view = scope.policy.public_view
        found = scope.posts.visible_comments(post, limit + 1, cursor)
        return page_of(found, limit, lambda each: schemas.listed_comment(each, view), lambda each: each.id)

    @query
    def open_post_pictures(self, tx: EngagementTransaction, *, actor: Caller, post_id: str) -> calls.PostPictures:
        post = use_cases.get_for_pictures(tx.scope(actor), post_id)
        return {"evidence_ids": list(post.pictures), "uploaded_by_id": post.posted_by}


def _shown(scope: EngagementScope, found: Post | Comment) -> calls.PostedText:
    return schemas.posted_text(found, scope.now)


def _page(
    scope: EngagementScope, found: list[Post], limit: int, cursor: Callable[[Post], str]
) -> Page[calls.ListedPost]:
    shown = dict(zip([each.id for each in found], use_cases.show_public(scope, found), strict=True))
    return page_of(found, limit, lambda each: shown[each.id], cursor)


def _time(found: Post | Comment) -> str:
    """Return the part of an id that sorts by time, whatever it is of."""
    return found.id[4:]
