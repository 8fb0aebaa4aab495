"""First reviews: the queue of heads and grid officers, one claim at a time (R12)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_reviews", __name__)
_REVIEWERS = ("head", "grid_officer", *access.GROUP)
MENU = (MenuEntry(title=_("申报初审"), endpoint="desk_reviews.queue", section="today", roles=_REVIEWERS, order=10),)
REASONS = {
    "return": (_("照片看不清，请补拍"), _("请写明时间和地点"), _("请补充证明材料")),
    "refuse": (_("与事实不符"), _("不在积分细则之内"), _("同一件事已经申报过")),
}
"""Reasons at hand, by decision; any other may be typed."""
_DONE = {"endorse": _("已通过"), "return": _("已退回补正"), "refuse": _("未予通过")}


@pages.get("/reviews")
@access.for_roles(*_REVIEWERS)
def queue() -> ResponseReturnValue:
    """The claims that wait for the caller, the longest waiting first, and one of them whole."""
    return _queue_page(Form.of_request(), request.args.get("current"))


@pages.post("/reviews/<id:review_id>")
@access.for_roles(*_REVIEWERS)
def decide(review_id: str) -> ResponseReturnValue:
    """Endorse, return or refuse a claim, and go on with the next one."""
    form = Form.of_request()
    decision = form.text("decision")
    if form.is_sent:
        body: dict[str, Any] = {"decision": decision, "reason": form.text("reason"), "version": form.number("version")}
        if form.checked("false_claim") and decision == "refuse":
            body["false_claim"] = True
        with form.sending():
            platform.post(f"/v1/reviews/{review_id}/decision", body, key=form.key)
    if form.is_accepted:
        flash(f"{gettext(_DONE[decision])}：{form.text('about')}")
        return redirect(
            url_for("desk_reviews.queue", current=form.optional("next"), cursor=request.args.get("cursor")),
            HTTPStatus.SEE_OTHER,
        )
    return _queue_page(form, review_id)


@pages.get("/evidence/<id:evidence_id>")
@access.for_roles(*access.ROLES)
def evidence(evidence_id: str) -> Response:
    """A file of evidence, for pictures that a claim's pictures resemble."""
    response = platform.download(f"/v1/evidence/{evidence_id}")
    response.headers["Content-Disposition"] = "inline"
    return response


def _queue_page(form: Form, current_id: str | None) -> tuple[str, int]:
    page = platform.page("/v1/reviews", stage="first")
    reviews = page["data"]
    places = {review["id"]: place for place, review in enumerate(reviews)}
    place = places.get(current_id or "", 0)
    if form.notice and current_id not in places:
        flash(form.notice)  # somebody else has decided on it
    shown = render_template(
        "desk/reviews/queue.html",
        form=form,
        page=page,
        reviews=reviews,
        review=reviews[place] if reviews else None,
        following=reviews[place + 1] if place + 1 < len(reviews) else None,
        previous=reviews[place - 1] if 0 < place < len(reviews) else None,
        reasons=REASONS,
    )
    return shown, form.status
