"""Suspending somebody's own declaring until a day, and lifting it (R8)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_suspensions", __name__)
MENU = (
    MenuEntry(
        title=_("暂停申报"), endpoint="desk_suspensions.suspensions", section="points", roles=access.GROUP, order=40
    ),
)


@pages.get("/suspensions/")
@access.for_roles(*access.GROUP)
def suspensions() -> ResponseReturnValue:
    """List suspensions, newest first; those in force can be lifted."""
    return _list_page(Form.empty(), None)


@pages.post("/suspensions/<id:suspension_id>/lift")
@access.for_roles(*access.GROUP)
def lift(suspension_id: str) -> ResponseReturnValue:
    """End a suspension before its day."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/suspensions/{suspension_id}/lift", {"reason": form.text("reason")}, key=form.key)
        if form.is_accepted:
            flash(gettext("已恢复申报"))
            return redirect(url_for("desk_suspensions.suspensions"), HTTPStatus.SEE_OTHER)
    return _list_page(form, suspension_id)


@pages.route("/suspensions/new", methods=["GET", "POST"])
@access.for_roles(*access.GROUP)
def suspend() -> ResponseReturnValue:
    """Suspend somebody's own declaring until a day; others may declare for them."""
    form, name = Form.of_request(), request.args.get("name", "").strip()
    if form.is_sent:
        with form.sending():
            body = {"person_id": form.text("person_id"), "until": form.text("until"), "reason": form.text("reason")}
            platform.post("/v1/suspensions", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已暂停申报"))
            return redirect(url_for("desk_suspensions.suspensions"), HTTPStatus.SEE_OTHER)
    found = platform.get("/v1/residents", name=name, limit=50)["data"] if name else []
    return render_template("desk/suspensions/new.html", form=form, name=name, found=found), form.status


def _list_page(form: Form, lifted: str | None) -> tuple[str, int]:
    page = platform.page("/v1/suspensions")
    return render_template(
        "desk/suspensions/list.html", page=page, form=form, lifted=lifted, today=display.today()
    ), form.status
