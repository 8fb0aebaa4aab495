"""The branch's objections: what was objected to, the evidence, and the ruling with its reasons (R16)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_objections", __name__)
MENU = (
    MenuEntry(title=_("异议"), endpoint="desk_objections.objections", section="points", roles=("branch",), order=10),
)
STATES = {"open": _("待裁定"), "upheld": _("成立"), "dismissed": _("不成立")}
"""Outcomes of an objection with their titles."""
DECISIONS = {"endorse": _("初审通过"), "return": _("退回补正"), "refuse": _("不予通过"), "approve": _("终审通过")}
"""What reviewers decided, with titles."""
_NOT_SHOWN = {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}


@pages.get("/objections/")
@access.for_roles("branch")
def objections() -> ResponseReturnValue:
    """List objections of one state, by default those that wait for a ruling."""
    state = request.args.get("state", "open")
    overdue = "true" if "overdue" in request.args else None
    page = platform.page("/v1/objections", state=state if state in STATES else None, overdue=overdue)
    return render_template("desk/objections/list.html", page=page, state=state, states=STATES)


@pages.route("/objections/<id:objection_id>", methods=["GET", "POST"])
@access.for_roles("branch")
def objection(objection_id: str) -> ResponseReturnValue:
    """One objection with the case behind it; an open one with the form of its ruling."""
    shown = _objection(objection_id)
    form = Form.of_request(points=str(shown["current_points"]))
    if form.is_sent:
        outcome = form.text("outcome")
        ruling: dict[str, Any] = {"outcome": outcome, "reason": form.text("reason")}
        if outcome == "upheld":
            ruling["points"] = form.number("points")
        with form.sending():
            platform.post(f"/v1/objections/{objection_id}/ruling", ruling, key=form.key)
        if form.is_accepted:
            flash(gettext("已裁定：%(outcome)s", outcome=gettext(STATES[outcome])))
            return redirect(url_for("desk_objections.objections"), HTTPStatus.SEE_OTHER)
    case = _case(shown["review_id"])
    page = render_template(
        "desk/objections/one.html", form=form, objection=shown, case=case, states=STATES, decisions=DECISIONS
    )
    return page, form.status


def _objection(objection_id: str) -> dict[str, Any]:
    """Return an objection, open ones first. Raise NotFound."""
    for state in ("open", None):
        for each in platform.rows("/v1/objections", state=state):
            if each["id"] == objection_id:
                return each
    raise NotFound


def _case(review_id: str) -> dict[str, Any] | None:
    """Return the case of an entry, None for those who may not see it."""
    try:
        return platform.get(f"/v1/reviews/{review_id}")
    except platform.ApiError as error:
        if error.status not in _NOT_SHOWN:
            raise
        return None
