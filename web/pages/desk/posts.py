"""居民说事: answering suggestions, showing and hiding what residents write, ruling on appeals (R31)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import words
from web.converters import id_of
from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_posts", __name__)
_OFFICES = ("grid_officer", *access.GROUP, "branch", "committee")
_MODERATORS = frozenset({"grid_officer", *access.GROUP, "committee"})
MENU = (
    MenuEntry(title=_("居民建议"), endpoint="desk_posts.suggestions", section="together", roles=_OFFICES, order=20),
    MenuEntry(title=_("内容审核"), endpoint="desk_posts.moderation", section="together", roles=_OFFICES, order=30),
)
_BADGES = {"adopted": "good", "declined": "plain", "done": "good", "unsolved": "bad"}
STAGES = {stage: (title, _BADGES.get(stage, "wait")) for stage, title in words.STAGES.items()}
"""Stages of a suggestion, each with its title and the kind of its badge."""
STEPS = {
    "received": _("受理"),
    "considered": _("开始研究"),
    "adopted": _("采纳"),
    "declined": _("不采纳"),
    "done": _("已经办成"),
    "unsolved": _("办不成，结束"),
    "reopened": _("重新打开"),
}
QUEUES = {"waiting": _("等人看"), "appealed": _("作者申诉"), "hidden": _("已隐藏")}
KINDS = words.POST_KINDS | {"comment": _("评论")}
VISIBILITIES = {
    "waiting": (_("等人看"), "wait"),
    "visible": (_("公开可见"), "good"),
    "hidden": (_("已隐藏"), "bad"),
    "withdrawn": (_("作者撤回"), "plain"),
}
CHECKS = {
    "passed": (_("自动检查通过"), "good"),
    "risky": (_("自动检查有疑问"), "bad"),
    "unanswered": (_("没有自动检查"), "plain"),
}
RECORD_STEPS = {
    **STEPS,
    "shown": _("公开可见"),
    "hidden": _("隐藏"),
    "appealed": _("申诉"),
    "withdrawn": _("作者撤回"),
    "upheld": _("申诉成立"),
    "dismissed": _("申诉不成立"),
}
_WAITING_STAGES = "open,received,considered,reopened"


@pages.get("/suggestions/")
@access.for_roles(*_OFFICES)
def suggestions() -> ResponseReturnValue:
    """Suggestions that wait for an answer, those whose answer is late, or of one stage."""
    chosen = request.args.get("stage", "")
    query = {"overdue": "true"} if chosen == "overdue" else {"kind": "suggestion", "stage": _stages(chosen)}
    page = platform.page("/v1/posts", community_id=access.me()["community"]["id"], **query)
    return render_template("desk/posts/suggestions.html", page=page, chosen=chosen, stages=STAGES)


@pages.get("/posts/<id:post_id>")
@access.for_roles(*_OFFICES)
def post(post_id: str) -> ResponseReturnValue:
    """A post with every step, and what can be done next."""
    return _post_page(post_id, Form.empty())


@pages.post("/posts/<id:post_id>/course")
@access.for_roles(*_OFFICES)
def take_step(post_id: str) -> ResponseReturnValue:
    """Take a suggestion one step further, with a reason that everybody reads."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            body = {"step": form.text("step"), "reason": form.text("reason")}
            platform.post(f"/v1/posts/{post_id}/course", body, key=form.key)
    if form.is_accepted:
        flash(gettext("已记录，公开可见"))
        return redirect(url_for("desk_posts.post", post_id=post_id), HTTPStatus.SEE_OTHER)
    return _post_page(post_id, form)


@pages.get("/moderation/")
@access.for_roles(*_OFFICES)
def moderation() -> ResponseReturnValue:
    """Posts and comments that wait for a person, were appealed, or are hidden."""
    return _moderation_page(Form.empty(), None)


@pages.post("/moderation/<id:post_id>")
@access.for_roles(*_OFFICES)
def moderate(post_id: str) -> ResponseReturnValue:
    """Show or hide a post or comment, or rule on its appeal."""
    form = Form.of_request()
    row = form.text("comment_id") or post_id
    comment = {"comment_id": id_of(form.text("comment_id"))} if form.text("comment_id") else {}
    decision, reason = form.text("decision"), form.text(f"reason.{row}")
    if form.is_sent:
        with form.sending({"/reason": f"reason.{row}"}):
            if decision in ("upheld", "dismissed"):
                body = {**comment, "outcome": decision, "reason": reason}
                platform.post(f"/v1/posts/{post_id}/appeals/ruling", body, key=form.key)
            else:
                body = {**comment, "decision": decision, "reason": reason}
                platform.post(f"/v1/posts/{post_id}/moderation", body, key=form.key)
    if form.is_accepted:
        flash(gettext("已处理，作者看得到"))
        return redirect(url_for("desk_posts.moderation", queue=_queue()), HTTPStatus.SEE_OTHER)
    return _moderation_page(form, row)


def _stages(chosen: str) -> str | None:
    if chosen == "all":
        return None
    return chosen if chosen in STAGES else _WAITING_STAGES


def _queue() -> str:
    queue = request.args.get("queue", "")
    return queue if queue in QUEUES else "waiting"


def _post_page(post_id: str, form: Form) -> tuple[str, int]:
    shown = platform.get(f"/v1/posts/{post_id}/record")
    pictures = platform.get(f"/v1/posts/{post_id}/pictures")["data"] if shown["evidence_ids"] else []
    return render_template(
        "desk/posts/post.html",
        post=shown,
        pictures=pictures,
        form=form,
        steps=[(step, gettext(STEPS[step])) for step in shown["next_steps"]],
        stages=STAGES,
        kinds=KINDS,
        visibilities=VISIBILITIES,
        titles=RECORD_STEPS,
    ), form.status


def _moderation_page(form: Form, answered: str | None) -> tuple[str, int]:
    page = platform.page("/v1/moderation", queue=_queue())
    return render_template(
        "desk/posts/moderation.html",
        page=page,
        forms={_row(each): form if _row(each) == answered else Form.empty() for each in page["data"]},
        row=_row,
        queue=_queue(),
        queues=QUEUES,
        kinds=KINDS,
        checks=CHECKS,
        visibilities=VISIBILITIES,
        may_moderate=bool(access.held_roles() & _MODERATORS),
        may_rule="branch" in access.held_roles(),
    ), form.status


def _row(posted: dict[str, Any]) -> str:
    """Return the id of a comment, or of a post."""
    return str(posted["comment_id"] or posted["post_id"])
