"""People's requests to have their data erased, and the committee's answers (R42)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.converters import id_of
from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_erasure_requests", __name__)
MENU = (
    MenuEntry(
        title=_("注销申请"),
        endpoint="desk_erasure_requests.requests",
        section="people",
        roles=("committee",),
        order=85,
    ),
)
STATES = {"open": _("待答复"), "done": _("已注销"), "refused": _("未办理"), "withdrawn": _("本人撤回")}
"""States of a request with their titles."""


@pages.get("/erasure-requests/")
@access.for_roles("committee")
def requests() -> ResponseReturnValue:
    """List requests of one state, by default those that wait."""
    return _page(Form.empty())


@pages.post("/erasure-requests/<id:request_id>")
@access.for_roles("committee")
def answer(request_id: str) -> ResponseReturnValue:
    """Erase the person, or refuse with the reason."""
    form = Form.of_request()
    reason = f"reason.{request_id}"
    erases, waits = form.text("decision") == "erase", False
    if form.is_sent:
        with form.sending({"/reason": reason}):
            if erases:
                erased = platform.delete(f"/v1/residents/{id_of(form.text('person_id'))}", key=form.key)
                waits = erased["state"] == "proposed"
            else:
                refusal = {"reason": form.text(reason)}
                platform.post(f"/v1/erasure-requests/{request_id}/refuse", refusal, key=form.key)
    if form.is_accepted:
        if waits:
            flash(gettext("此人最近的登录方式由他人设定，注销要由小区党支部或平台批准"))
        else:
            flash(gettext("已注销") if erases else gettext("已答复"))
        return redirect(url_for("desk_erasure_requests.requests"), HTTPStatus.SEE_OTHER)
    return _page(form, request_id)


def _page(form: Form, answered: str | None = None) -> tuple[str, int]:
    state = request.args.get("state", "open")
    page = platform.page("/v1/erasure-requests", state=state if state in STATES else None)
    shown = render_template(
        "desk/erasure_requests/list.html",
        page=page,
        forms={each["id"]: form if each["id"] == answered else Form.empty() for each in page["data"]},
        state=state,
        states=STATES,
    )
    return shown, form.status
