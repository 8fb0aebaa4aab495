"""Posts and comments as replies."""

from datetime import datetime

from contracts.calls import engagement as calls
from contracts.calls.registry.public_labels import PublicView as PublicViewReply
from contracts.policy import PublicView
from services.engagement.domain.posts import STAGES, Comment, Post


def posted_text(found: Post | Comment, now: datetime) -> calls.PostedText:
    post = found if isinstance(found, Post) else None
    due = post.reply_due_at if post else None
    return {
        "post_id": found.id if isinstance(found, Post) else found.post,
        "comment_id": None if post else found.id,
        "kind": post.kind if post else "comment",
        "title": post.title if post else "",
        "text": found.text,
        "evidence_ids": list(post.pictures) if post else [],
        "author_id": found.author,
        "posted_by_id": found.posted_by,
        "created_at": found.created_at.isoformat(),
        "visibility": found.visibility,
        "check": found.check,
        "moderation_reason": found.moderation_reason,
        "appeal": found.appeal,
        "stage": post.stage if post else None,
        "reply_due_at": due.isoformat() if due else None,
        "overdue": post is not None and post.is_overdue(now),
        "next_steps": list(post.next_steps) if post else [],
        "steps": [
            {"step": each.step, "at": each.at.isoformat(), "by_id": each.by, "reason": each.reason}
            for each in found.steps
        ],
        "version": found.version,
    }


def listed_post(found: Post, comments: int, view: PublicView, now: datetime) -> calls.ListedPost:
    return {
        "id": found.id,
        "community_id": found.community,
        "kind": found.kind,
        "title": found.title,
        "text": found.text,
        "pictures": len(found.pictures),
        "shared_at": found.created_at.isoformat(),
        "stage": found.stage,
        "reply_due_at": found.reply_due_at.isoformat() if found.reply_due_at else None,
        "overdue": found.is_overdue(now),
        "comments": comments,
        "course": [
            {"step": each.step, "at": each.at.isoformat(), "reason": each.reason}
            for each in found.steps
            if each.step in STAGES
        ],
        "person_id": found.author,
        "courtyard_id": found.courtyard,
        "public_view": public_view(view),
    }


def listed_comment(found: Comment, view: PublicView) -> calls.ListedComment:
    return {
        "id": found.id,
        "text": found.text,
        "at": found.created_at.isoformat(),
        "community_id": found.community,
        "person_id": found.author,
        "courtyard_id": found.courtyard,
        "public_view": public_view(view),
    }


def public_view(view: PublicView) -> PublicViewReply:
    """Return how much the public sees of people, as it travels."""
    return {"place": view.place, "deed": view.deed, "min_residents": view.min_residents, "masked": view.masked}
