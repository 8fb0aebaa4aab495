"""The communities of the platform, founding one, and what waits in each (R1, R4)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_communities", __name__)
MENU = (
    MenuEntry(
        title=_("社区"), endpoint="desk_communities.communities", section="platform", roles=("platform",), order=10
    ),
)


@pages.get("/communities/")
@access.for_roles("platform")
def communities() -> ResponseReturnValue:
    """List the communities, each with the way to its proposals."""
    return render_template("desk/communities/list.html", page=platform.page("/v1/communities"))


@pages.route("/communities/new", methods=["GET", "POST"])
@access.for_roles("platform")
def found() -> ResponseReturnValue:
    """Found a community with the first person of its committee."""
    form = Form.of_request()
    if form.is_sent:
        person = {"name": form.text("committee.name"), "phone": form.text("committee.phone")}
        if password := form.values.get("committee.password"):
            person["password"] = password
        body = {"name": form.text("name"), "district": form.optional("district"), "committee": person}
        with form.sending():
            platform.post("/v1/communities", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已建立社区"))
            return redirect(url_for("desk_communities.communities"), HTTPStatus.SEE_OTHER)
    return render_template("desk/communities/found.html", form=form), form.status
