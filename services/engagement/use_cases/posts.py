"""Sharing, moderating and answering what residents say (R31)."""

from collections.abc import Sequence
from datetime import datetime

from contracts import errors
from contracts.calls import engagement as calls
from contracts.engagement import AppealAnswered, CommentHidden, ModerationAppealed
from directory.permissions import (
    ANSWER_SUGGESTIONS,
    MODERATE_POSTS,
    POST_FOR_RESIDENTS,
    RULE_ON_APPEALS,
)
from services.engagement.domain.moderation import Moderated
from services.engagement.domain.posts import Comment, Post
from services.engagement.schemas import posts as shown
from services.engagement.store import EngagementScope, EngagementTransaction


def share(scope: EngagementScope, form: calls.PostForm, check: str) -> Post:
    """Store a post of the caller, or of a resident they act for."""
    author = form.get("person_id", scope.person)
    if not scope.directory.knows(author):
        raise errors.NotFound("没有这个人")
    household = scope.directory.household_of(author, scope.today)
    courtyard = scope.directory.courtyard_of(household, scope.today) if household else None
    if author != scope.person:
        scope.require(POST_FOR_RESIDENTS, courtyard=courtyard)
    post, shared = Post.share(
        scope.community,
        form["kind"],  # type: ignore[arg-type]  # the gateway has validated it
        form["title"],
        form["text"],
        tuple(dict.fromkeys(form["evidence_ids"])),
        author=author,
        household=household,
        courtyard=courtyard,
        check=check,  # type: ignore[arg-type]
        reply_days=scope.policy.reply_days,
        by=scope.person,
        at=scope.now,
    )
    scope.posts.add(post)
    if shared:
        scope.tx.emit(shared)
    return post


def comment(scope: EngagementScope, post_id: str, text: str, check: str) -> Comment:
    """Store a comment on a visible post."""
    if not scope.directory.knows(scope.person):
        raise errors.NotFound("没有这个人")
    post = scope.posts.get(post_id)
    if not post.is_visible:
        raise errors.NotFound("没有这条内容")
    household = scope.household
    made = Comment.on(
        post,
        text,
        household=household,
        courtyard=scope.directory.courtyard_of(household, scope.today) if household else None,
        check=check,  # type: ignore[arg-type]
        by=scope.person,
        at=scope.now,
    )
    scope.posts.add(made)
    return made


def withdraw(scope: EngagementScope, post_id: str, comment_id: str | None) -> Post | Comment:
    """Take back a post or a comment of the caller."""
    found = _locked(scope, post_id, comment_id)
    if not found.is_by(scope.person):
        raise errors.RoleMissing("只有作者可以撤回")
    if isinstance(found, Post):
        if hidden := found.take_back(scope.person, scope.now):
            scope.tx.emit(hidden)
    else:
        found.withdraw(scope.person, scope.now)
    return found


def moderate(
    scope: EngagementScope, post_id: str, decision: str, reason: str, comment_id: str | None
) -> Post | Comment:
    """Show or hide a post or a comment of others."""
    found = _locked(scope, post_id, comment_id)
    scope.require(MODERATE_POSTS)
    _require_no_interest(scope, found)
    if decision == "hide":
        if isinstance(found, Post):
            scope.tx.emit(found.hide_from_all(reason, scope.person, scope.now))
        else:
            found.hide(reason, scope.person, scope.now)
            scope.tx.emit(_comment_hidden(found, scope.person, scope.now))
    elif isinstance(found, Post):
        scope.tx.emit(found.pass_moderation(scope.person, scope.now, scope.policy.reply_days, reason))
    else:
        found.show(scope.person, scope.now, reason)
    return found


def appeal(scope: EngagementScope, post_id: str, text: str, comment_id: str | None) -> Post | Comment:
    """Ask the branch to show a hidden post or comment of the caller again."""
    found = _locked(scope, post_id, comment_id)
    if not found.is_by(scope.person):
        raise errors.RoleMissing("只有作者可以申诉")
    found.appeal_hiding(text, scope.person, scope.now)
    scope.tx.emit(
        ModerationAppealed(
            community=scope.community,
            sequence=found.version,
            post=_post_id(found),
            author=found.author,
            by=scope.person,
            at=scope.now,
            comment=_comment_id(found),
        )
    )
    return found


def rule(scope: EngagementScope, post_id: str, outcome: str, reason: str, comment_id: str | None) -> Post | Comment:
    """Decide on an appeal, with reasons."""
    found = _locked(scope, post_id, comment_id)
    scope.require(RULE_ON_APPEALS)
    _require_no_interest(scope, found)
    found.rule(outcome, reason, scope.person, scope.now)  # type: ignore[arg-type]
    scope.tx.emit(
        AppealAnswered(
            community=scope.community,
            sequence=found.version,
            post=_post_id(found),
            author=found.author,
            by=scope.person,
            at=scope.now,
            outcome=outcome,  # type: ignore[arg-type]
            comment=_comment_id(found),
        )
    )
    if outcome == "upheld" and isinstance(found, Post):
        scope.tx.emit(found.show_again(scope.person, scope.now, scope.policy.reply_days))
    return found


def take_step(scope: EngagementScope, post_id: str, step: str, reason: str) -> Post:
    """Take a suggestion one step further; its author may open it again."""
    post = scope.posts.get(post_id, for_update=True)
    _require_sight(scope, post, post)
    if not (step == "reopened" and post.is_by(scope.person)):
        scope.require(ANSWER_SUGGESTIONS)
        _require_no_interest(scope, post)
    scope.tx.emit(post.take_step(step, reason, scope.person, scope.now, scope.policy.reply_days))  # type: ignore[arg-type]
    return post


def get(scope: EngagementScope, post_id: str) -> Post:
    """Return a post for its author and for those who moderate or answer it. Raises `NotFound`."""
    post = scope.posts.get(post_id)
    if not (post.is_by(scope.person) or _handles(scope)):
        raise errors.NotFound("没有这条内容")
    return post


def get_for_pictures(scope: EngagementScope, post_id: str) -> Post:
    """Return a post whose pictures the caller may see. Raises `NotFound`."""
    post = scope.posts.get(post_id)
    _require_sight(scope, post, post)
    return post


def forget(tx: EngagementTransaction, community: str, person: str) -> None:
    """Delete what an erased person wrote; what they posted for others stays theirs."""
    scope = tx.scope_of(community)
    for found in scope.posts.of_author(person):
        if found.author != person:
            continue
        if isinstance(found, Post):
            tx.emit(scope.posts.get(found.id, for_update=True).erase(tx.now))
        else:
            scope.posts.get_comment(found.post, found.id).forget(tx.now)


def show_public(scope: EngagementScope, found: Sequence[Post]) -> list[calls.ListedPost]:
    """Return visible posts."""
    comments = scope.posts.count_visible_comments([post.id for post in found])
    view = scope.policy.public_view
    return [shown.listed_post(post, comments.get(post.id, 0), view, scope.now) for post in found]


def _locked(scope: EngagementScope, post_id: str, comment_id: str | None) -> Post | Comment:
    """Return a post or a comment on it, locked. Raises `NotFound` for what the caller may not see."""
    post = scope.posts.get(post_id, for_update=True)
    found = scope.posts.get_comment(post_id, comment_id) if comment_id else post
    _require_sight(scope, post, found)
    return found


def _require_sight(scope: EngagementScope, post: Post, found: Moderated) -> None:
    if not (found.is_by(scope.person) or _handles(scope) or (post.is_visible and found.is_visible)):
        raise errors.NotFound("没有这条内容")


def _handles(scope: EngagementScope) -> bool:
    return scope.may(MODERATE_POSTS) or scope.may(RULE_ON_APPEALS)


def _require_no_interest(scope: EngagementScope, found: Moderated) -> None:
    if found.concerns(scope.person, scope.household):
        raise errors.Recused


def _post_id(found: Post | Comment) -> str:
    return found.post if isinstance(found, Comment) else found.id


def _comment_id(found: Moderated) -> str | None:
    return found.id if isinstance(found, Comment) else None


def _comment_hidden(found: Comment, by: str, at: datetime) -> CommentHidden:
    return CommentHidden(
        community=found.community,
        sequence=found.version,
        post=found.post,
        author=found.author,
        by=by,
        at=at,
        comment=found.id,
    )
