"""居民说事: posts, suggestions with their course, comments, moderation (R31)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask.views import MethodView

from contracts.calendar import day_of
from contracts.calls.engagement import (
    AppealForm,
    AppealRulingForm,
    CourseForm,
    ModerationForm,
    ModerationQuery,
    PostsQuery,
    WithdrawalForm,
)
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.content_check import check_content
from gateway.http.public_cache import publicly_cached
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names, with_step_names
from gateway.public_labels import find_labels, place_title
from gateway.resources.claims.evidence import links_of_uploads
from gateway.rpc import outside_idempotency_key
from gateway.schemas.engagement.posts import (
    CommentForm,
    PostedText,
    PostForm,
    PostPictures,
    PublicComment,
    PublicPost,
)
from gateway.security.auth import actor, signed_in
from gateway.services import claims, engagement

_PostedTexts = page_schema(PostedText)
blp = Blueprint("posts", __name__, description="What residents share and suggest, and what becomes of it")


@blp.route("/v1/posts")
class Posts(MethodView):
    @publicly_cached(seconds=2)
    @blp.arguments(PostsQuery, location="query")
    @blp.response(200, page_schema(PublicPost))
    def get(self, query: PostsQuery) -> Any:
        """A community's posts, newest first; with `overdue=true` its suggestions without an answer in time. Public."""
        found = page(engagement.list_posts(**query))
        return found | {"data": public_rows(found["data"])}

    @signed_in
    @blp.arguments(PostForm)
    @blp.response(201, PostedText)
    def post(self, form: PostForm) -> Any:
        """Share something or make a suggestion; heads and grid officers do so for residents, too.

        It is visible at once if the content check passes it and it has no pictures. Otherwise `visibility` is
        `waiting` until a person has looked at it.
        """
        fields = {name: value for name, value in form.items() if name != "wechat_code"}
        check = check_content(f"{form['title']}\n{form['text']}", form.get("wechat_code"))
        if form["evidence_ids"]:
            outside_idempotency_key(claims.keep_uploads)(actor=actor(), evidence_ids=form["evidence_ids"])
        return _posted_text(engagement.share_post(actor=actor(), check=check, **fields))  # type: ignore[arg-type]


@blp.route("/v1/posts/<post_id>")
class OnePost(MethodView):
    @publicly_cached(seconds=2)
    @blp.response(200, PublicPost)
    def get(self, post_id: str) -> Any:
        """A post with its course; public. 404 once it is hidden or withdrawn."""
        return public_rows([engagement.get_post(post_id=post_id)])[0]


@blp.route("/v1/posts/<post_id>/comments")
class Comments(MethodView):
    @publicly_cached(seconds=2)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(PublicComment))
    def get(self, query: PageQuery, post_id: str) -> Any:
        """A post's comments, oldest first; public."""
        found = page(engagement.list_comments(post_id=post_id, **query))
        return found | {"data": public_rows(found["data"])}

    @signed_in
    @blp.arguments(CommentForm)
    @blp.response(201, PostedText)
    def post(self, form: CommentForm, post_id: str) -> Any:
        """Comment on a post; `waiting` until a person has looked at it, unless the content check passes it."""
        check = check_content(form["text"], form.get("wechat_code"))
        return _posted_text(engagement.comment_on_post(actor=actor(), post_id=post_id, check=check, text=form["text"]))


@blp.route("/v1/posts/<post_id>/pictures")
class Pictures(MethodView):
    @signed_in
    @blp.response(200, PostPictures)
    def get(self, post_id: str) -> Any:
        """Links to a post's pictures, for those who may see it."""
        found = engagement.open_post_pictures(actor=actor(), post_id=post_id)
        links = links_of_uploads(dict.fromkeys(found["evidence_ids"], found["uploaded_by_id"]))
        return {"data": [links[each] for each in found["evidence_ids"] if each in links]}


@blp.route("/v1/posts/<post_id>/record")
class Record(MethodView):
    @signed_in
    @blp.response(200, PostedText)
    def get(self, post_id: str) -> Any:
        """A post with every step and why, for its author and those who moderate or answer it."""
        return _posted_text(engagement.get_posted_text(actor=actor(), post_id=post_id))


@blp.route("/v1/posts/<post_id>/withdraw")
class Withdrawal(MethodView):
    @signed_in
    @blp.arguments(WithdrawalForm)
    @blp.response(200, PostedText)
    def post(self, form: WithdrawalForm, post_id: str) -> Any:
        """Take back a post or comment of mine for good. A repeat changes nothing."""
        return _posted_text(engagement.withdraw_posted_text(actor=actor(), post_id=post_id, **form))


@blp.route("/v1/posts/<post_id>/moderation")
class Moderation(MethodView):
    @signed_in
    @blp.arguments(ModerationForm)
    @blp.response(200, PostedText)
    def post(self, form: ModerationForm, post_id: str) -> Any:
        """Show or hide a post or a comment, never one's own household's; its author reads the reason.

        409 `wrong_state` when it is withdrawn, when nothing would change, and while an appeal is open.
        """
        return _posted_text(engagement.moderate(actor=actor(), post_id=post_id, **form))


@blp.route("/v1/posts/<post_id>/appeals")
class Appeals(MethodView):
    @signed_in
    @blp.arguments(AppealForm)
    @blp.response(201, PostedText)
    def post(self, form: AppealForm, post_id: str) -> Any:
        """Ask the branch to show my hidden post or comment again; once for each time it is hidden."""
        return _posted_text(engagement.appeal_moderation(actor=actor(), post_id=post_id, **form))


@blp.route("/v1/posts/<post_id>/appeals/ruling")
class AppealRuling(MethodView):
    @signed_in
    @blp.arguments(AppealRulingForm)
    @blp.response(200, PostedText)
    def post(self, form: AppealRulingForm, post_id: str) -> Any:
        """Uphold an appeal, which shows the post or comment again, or dismiss it; with reasons. For the branch."""
        return _posted_text(engagement.rule_on_appeal(actor=actor(), post_id=post_id, **form))


@blp.route("/v1/posts/<post_id>/course")
class Course(MethodView):
    @signed_in
    @blp.arguments(CourseForm)
    @blp.response(200, PostedText)
    def post(self, form: CourseForm, post_id: str) -> Any:
        """Take a suggestion one step further, with a public reason: received, considered, adopted or declined, done.

        `unsolved` closes one that was not solved. Its author, too, may open an ended one again. 409 `wrong_state`
        names the steps that may follow.
        """
        return _posted_text(engagement.take_course_step(actor=actor(), post_id=post_id, **form))


@blp.route("/v1/me/posts")
class OwnPosts(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, _PostedTexts)
    def get(self, query: PageQuery) -> Any:
        """My posts and comments, newest first, with why some are hidden or wait."""
        found = page(engagement.list_own_posted_texts(actor=actor(), **query))
        return found | {"data": _posted_texts(found["data"])}


@blp.route("/v1/moderation")
class ModerationQueue(MethodView):
    @signed_in
    @blp.arguments(ModerationQuery, location="query")
    @blp.response(200, _PostedTexts)
    def get(self, query: ModerationQuery) -> Any:
        """Posts and comments that wait for a person, were appealed, or are hidden, newest first."""
        found = page(engagement.list_moderation(actor=actor(), **query))
        return found | {"data": _posted_texts(found["data"])}


def public_rows(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of one community with what the public sees of their author instead of ids."""
    if not found:
        return []
    labels = find_labels(
        found, found[0]["community_id"], found[0]["public_view"], day_of(datetime.now(UTC)).isoformat()
    )
    return [
        {**row, "author_name": label["name"], "author_place": place_title(label)}
        for row, label in zip(found, labels, strict=True)
    ]


def _posted_text(found: Mapping[str, Any]) -> dict[str, Any]:
    return _posted_texts([found])[0]


def _posted_texts(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return with_step_names(with_person_names(found, "author_id", "posted_by_id"))
