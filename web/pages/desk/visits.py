"""Whom to visit: people to be told on paper what was ordered or declared for them (R6)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_visits", __name__)
_VISITORS = ("head", "grid_officer", "committee")
MENU = (MenuEntry(title=_("上门告知"), endpoint="desk_visits.visits", section="today", roles=_VISITORS, order=40),)


@pages.get("/visits")
@access.for_roles(*_VISITORS)
def visits() -> ResponseReturnValue:
    """Whom the caller is to tell, the oldest first."""
    orders, claims = platform.together(
        lambda: platform.rows("/v1/paper-notices/orders"), lambda: platform.rows("/v1/paper-notices/claims")
    )
    form = Form.of_request()
    waiting = [notice for notice in orders if notice["told_at"] is None]
    declared = [notice for notice in claims if notice["told_at"] is None]
    return render_template("desk/visits/list.html", orders=waiting, claims=declared, form=form)


@pages.post("/visits/<any(orders, claims):kind>/<id:subject_id>")
@access.for_roles(*_VISITORS)
def tell(kind: str, subject_id: str) -> ResponseReturnValue:
    """Note that the caller handed over the notice."""
    form = Form.of_request()
    with form.sending():
        platform.post(f"/v1/paper-notices/{kind}/{subject_id}", key=form.key)
    flash(form.notice, "error") if form.notice else flash(gettext("已记下"))
    return redirect(url_for("desk_visits.visits"), HTTPStatus.SEE_OTHER)
