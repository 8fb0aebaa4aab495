"""Honours: programmes with their criteria, lists of candidates, decisions and votes (R26)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_honours", __name__)
_FOUNDERS = (*access.GROUP, "committee")
_READERS = (*_FOUNDERS, "branch")
MENU = (MenuEntry(title=_("荣誉"), endpoint="desk_honours.honours", section="rewards", roles=_READERS, order=40),)
KINDS = {
    "title": _("称号"),
    "commendation": _("评优推荐"),
    "service_priority": _("公共服务优先"),
    "recommendation": _("入党或代表人选推荐"),
}
SUBJECTS = {"person": _("个人"), "household": _("家庭")}
OUTCOMES = {
    "proposed": (_("等其他成员同意"), "wait"),
    "granted": (_("已授予"), "good"),
    "declined": (_("不授予"), "plain"),
}
_NUMBERS = {"least_points": 0, "last_rank": 100, "resident_months": 0}
"""Criteria that are numbers, with what they are when left empty."""


@pages.get("/honours/")
@access.for_roles(*_READERS)
def honours() -> ResponseReturnValue:
    """List the programmes, newest first."""
    return render_template(
        "desk/honours/list.html",
        page=platform.page("/v1/honours"),
        kinds=KINDS,
        subjects=SUBJECTS,
        founders=_FOUNDERS,
    )


@pages.route("/honours/new", methods=["GET", "POST"])
@access.for_roles(*_FOUNDERS)
def establish() -> ResponseReturnValue:
    """Add a programme."""
    form = Form.of_request(subject_kind="person", kind="title", last_rank="100")
    if form.is_sent:
        body: dict[str, Any] = {name: form.text(name) for name in ("name", "description", "kind", "subject_kind")}
        criteria: dict[str, Any] = {
            name: default if form.number(name) is None else form.number(name) for name, default in _NUMBERS.items()
        }
        criteria |= {name: form.optional(name) for name in ("category", "from_period", "to_period")}
        with form.sending({f"/criteria/{name}": name for name in criteria}):
            made = platform.post("/v1/honours", body | {"criteria": criteria}, key=form.key)
        if form.is_accepted:
            flash(gettext("荣誉已设立"))
            return redirect(url_for("desk_honours.honour", honour_id=made["id"]), HTTPStatus.SEE_OTHER)
    return render_template(
        "desk/honours/new.html",
        form=form,
        kinds=[(code, gettext(title)) for code, title in KINDS.items()],
        subjects=[(code, gettext(title)) for code, title in SUBJECTS.items()],
        categories=[(code, gettext(title)) for code, title in display.CATEGORIES.items()],
    ), form.status


@pages.get("/honours/<id:honour_id>")
@access.for_roles(*_READERS)
def honour(honour_id: str) -> ResponseReturnValue:
    """A programme with its lists of candidates and its decisions."""
    return _honour_page(honour_id, Form.of_request())


@pages.post("/honours/<id:honour_id>/draw")
@access.for_roles(*access.GROUP)
def draw(honour_id: str) -> ResponseReturnValue:
    """Draw today's list of those who meet the criteria."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            drawn = platform.post(f"/v1/honours/{honour_id}/candidates", key=form.key)
        if form.is_accepted:
            address = url_for("desk_honours.candidates", honour_id=honour_id, list_id=drawn["id"])
            return redirect(address, HTTPStatus.SEE_OTHER)
    return _honour_page(honour_id, form)


@pages.route("/honours/<id:honour_id>/lists/<id:list_id>", methods=["GET", "POST"])
@access.for_roles(*_READERS)
def candidates(honour_id: str, list_id: str) -> ResponseReturnValue:
    """A list of candidates; the group decides on each."""
    form = Form.of_request()
    if form.is_sent:
        body = {"list_id": list_id, "until": form.optional("until")}
        body |= {name: form.text(name) for name in ("subject_id", "outcome", "reason")}
        with form.sending():
            decided = platform.post(f"/v1/honours/{honour_id}/decisions", body, key=form.key)
        if form.is_accepted:
            flash(gettext(OUTCOMES[decided["outcome"]][0]))
            address = url_for("desk_honours.candidates", honour_id=honour_id, list_id=list_id)
            return redirect(address, HTTPStatus.SEE_OTHER)
    shown, drawn = platform.together(
        lambda: platform.get(f"/v1/honours/{honour_id}"),
        lambda: platform.get(f"/v1/honours/{honour_id}/candidates/{list_id}"),
    )
    return render_template(
        "desk/honours/candidates.html", honour=shown, drawn=drawn, form=form, outcomes=OUTCOMES, group=access.GROUP
    ), form.status


@pages.post("/honours/<id:honour_id>/decisions/<id:decision_id>/revoke")
@access.for_roles(*access.GROUP)
def revoke(honour_id: str, decision_id: str) -> ResponseReturnValue:
    """Revoke an honour that was granted."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            path = f"/v1/honours/{honour_id}/decisions/{decision_id}/revoke"
            platform.post(path, {"reason": form.text("reason")}, key=form.key)
        if form.is_accepted:
            flash(gettext("荣誉已撤销"))
            return redirect(url_for("desk_honours.honour", honour_id=honour_id), HTTPStatus.SEE_OTHER)
    return _honour_page(honour_id, form, decision_id)


def _honour_page(honour_id: str, form: Form, revoked: str | None = None) -> tuple[str, int]:
    path = f"/v1/honours/{honour_id}"
    shown, lists, decisions = platform.together(
        lambda: platform.get(path),
        lambda: platform.get(f"{path}/candidates", limit=12),
        lambda: platform.page(f"{path}/decisions"),
    )
    return render_template(
        "desk/honours/one.html",
        honour=shown,
        lists=lists["data"],
        page=decisions,
        form=form,
        revoked=revoked,
        kinds=KINDS,
        subjects=SUBJECTS,
        outcomes=OUTCOMES,
        group=access.GROUP,
    ), form.status
