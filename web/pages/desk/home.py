"""The first page of the desk: what waits for whoever is signed in."""

from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_home", __name__)
MENU = (MenuEntry(title=_("待办"), endpoint="desk_home.home", section="today", roles=tuple(access.ROLES), order=0),)
KINDS = {
    "first_reviews": (_("条申报等您初审"), "desk_reviews.queue"),
    "final_approvals": (_("条等您终审"), "desk_month.approvals"),
    "objections": (_("条异议等裁定"), "desk_objections.objections"),
    "corrections": (_("条更正等确认"), "desk_corrections.corrections"),
    "spending_rulings": (_("条花分争议等裁定"), "desk_spending_waits.waits"),
    "claims_returned": (_("条申报退回补正"), "desk_claims.claims"),
    "orders_to_consent": (_("张代办兑换单等您同意"), None),
    "orders_unseen": (_("张代办兑换单您还没看"), None),
    "vouchers_to_redeem": (_("张兑换券还没用"), None),
    "bindings_to_confirm": (_("个微信账号等您确认"), None),
    "consents_missing": (_("项授权等您决定"), None),
    "spending_waits": (_("位新成员等您家同意花分"), None),
    "cards_to_activate": (_("张本户新户码卡等您启用"), None),
}
"""What may wait, with its title and the page of the desk where it is dealt with; others are dealt with in the app."""


@dataclass(frozen=True)
class Task:
    """So many of one kind wait; `address` is where."""

    title: str
    count: int
    address: str | None


@pages.get("/")
def home() -> ResponseReturnValue:
    """What waits, by kind, with a way to it."""
    if platform.is_limited():
        return redirect(url_for("desk.second_factor"))
    shown, _me = platform.together(lambda: platform.get("/v1/me/home"), access.me)
    tasks = [_task(waiting["kind"], waiting["count"]) for waiting in shown["waiting"] if waiting["kind"] in KINDS]
    return render_template("desk/home.html", home=shown, tasks=tasks)


def _task(kind: str, count: int) -> Task:
    title, endpoint = KINDS[kind]
    is_there = endpoint is not None and endpoint in current_app.view_functions
    return Task(gettext(title), count, url_for(endpoint) if is_there and endpoint else None)
