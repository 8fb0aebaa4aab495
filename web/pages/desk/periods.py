"""The months: what their lists still need, the report on publicity, publication and settlement (R14, R17)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web import words
from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_periods", __name__)
MENU = (
    MenuEntry(title=_("公示与结算"), endpoint="desk_periods.periods", section="points", roles=access.GROUP, order=5),
)
STATES = {
    "open": (_("未公示"), "plain"),
    "publishing": (_("公示准备中"), "wait"),
    "published": (_("公示中"), "wait"),
    "settling": (_("结算中"), "wait"),
    "settled": (_("已结算"), "good"),
}
"""States of a month with title and kind of badge."""
PLACES = {"none": _("不显示住处"), "row": _("显示排"), "courtyard": _("显示院落")}


@pages.get("/months/")
@access.for_roles(*access.GROUP)
def periods() -> ResponseReturnValue:
    """List the months with their figures, newest first."""
    return render_template("desk/periods/list.html", page=platform.page("/v1/periods"), states=STATES)


@pages.get("/months/<month:period>")
@access.for_roles(*access.GROUP)
def period(period: str) -> ResponseReturnValue:
    """One month: an open one with what its list would show and still needs, a published one until it is settled."""
    return _period_page(period, Form.of_request())


@pages.post("/months/<month:period>/publish")
@access.for_roles(*access.GROUP)
def publish(period: str) -> ResponseReturnValue:
    """Close the month and publish its list."""
    return _carry_out(period, "publish", gettext("名单已公示"))


@pages.post("/months/<month:period>/settle")
@access.for_roles(*access.GROUP)
def settle(period: str) -> ResponseReturnValue:
    """Make the entries of the list final that are not under objection."""
    return _carry_out(period, "settle", gettext("已结算，积分记入存折"))


def _carry_out(period: str, step: str, done: str) -> ResponseReturnValue:
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/periods/{period}/{step}", key=form.key)
        if form.is_accepted:
            flash(done)
            return redirect(url_for("desk_periods.period", period=period), HTTPStatus.SEE_OTHER)
    return _period_page(period, form)


def _period_page(period: str, form: Form) -> tuple[str, int]:
    shown = platform.get(f"/v1/periods/{period}")
    return render_template(
        "desk/periods/one.html",
        form=form,
        period=shown,
        state=STATES[shown["state"]],
        report=_publicity(period) if shown["state"] == "open" and shown["entries"] else None,
        places=PLACES,
        window_is_over=words.is_past(shown["window_closes_at"]),
        community=access.me()["community"]["id"],
    ), form.status


def _publicity(period: str) -> dict[str, Any] | None:
    """Return the report on what the list would show of people; None when it cannot be made just now."""
    community = access.me()["community"]["id"]
    try:
        return platform.get(f"/v1/communities/{community}/publicity-report", period=period)
    except platform.ApiError as error:
        if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return None
