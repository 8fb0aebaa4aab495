"""Households that refused a new member's spending, and the ruling on it (R6)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_spending_waits", __name__)
_OFFICES = ("branch", "committee")
MENU = (
    MenuEntry(title=_("花分争议"), endpoint="desk_spending_waits.waits", section="points", roles=_OFFICES, order=30),
)
STATES = {
    "refused": _("户里不同意，待裁定"),
    "open": _("等候中"),
    "agreed": _("户里同意"),
    "allowed": _("裁定可以花"),
    "denied": _("裁定不可以花"),
    "passed": _("无人答复，可以花"),
    "ended": _("已不在这一户"),
}
"""States of a wait with their titles; those to rule on come first."""
CAUSES = {
    "registered": _("新登记"),
    "moved": _("迁入"),
    "merged": _("并户"),
    "invited": _("凭邀请码绑定"),
    "phone_changed": _("手机号由他人更改"),
    "password_set": _("密码由他人设置"),
    "reset": _("登录方式由他人重置"),
}


@pages.get("/spending-waits/")
@access.for_roles(*_OFFICES)
def waits() -> ResponseReturnValue:
    """List waits of one state, by default those that a household refused."""
    return _page(Form.empty())


@pages.post("/spending-waits/<id:wait_id>")
@access.for_roles(*_OFFICES)
def rule(wait_id: str) -> ResponseReturnValue:
    """Rule whether a person spends the points of their household."""
    form = Form.of_request()
    reason = f"reason.{wait_id}"
    if form.is_sent:
        ruling = {"allow": form.text("decision") == "allow", "reason": form.text(reason)}
        with form.sending({"/reason": reason}):
            ruled = platform.post(f"/v1/spending-waits/{wait_id}/ruling", ruling, key=form.key)
    if form.is_accepted:
        flash(gettext(STATES[ruled["state"]]))
        return redirect(url_for("desk_spending_waits.waits"), HTTPStatus.SEE_OTHER)
    return _page(form, wait_id)


def _page(form: Form, answered: str | None = None) -> tuple[str, int]:
    state = request.args.get("state", "refused")
    page = platform.page("/v1/spending-waits", state=state if state in STATES else None)
    shown = render_template(
        "desk/spending_waits/list.html",
        page=page,
        forms={each["id"]: form if each["id"] == answered else Form.empty() for each in page["data"]},
        state=state,
        states=STATES,
        causes=CAUSES,
    )
    return shown, form.status
