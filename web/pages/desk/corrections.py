"""Corrections of final entries: one person proposes, another one confirms (R16)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.desk.second_person import send_decision
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_corrections", __name__)
_READERS = (*access.GROUP, "branch", "committee")
MENU = (
    MenuEntry(title=_("更正"), endpoint="desk_corrections.corrections", section="points", roles=_READERS, order=20),
)
STATES = {"open": _("待确认"), "confirmed": _("已确认"), "refused": _("未确认")}
"""States of a proposed correction with their titles."""


@pages.get("/corrections/")
@access.for_roles(*_READERS)
def corrections() -> ResponseReturnValue:
    """List corrections of one state, by default those that wait for a second person."""
    return _list_page(Form.empty())


@pages.post("/corrections/<id:correction_id>")
@access.for_roles("branch", "committee")
def decide(correction_id: str) -> ResponseReturnValue:
    """Confirm or refuse a proposed correction."""
    form, decided = send_decision(f"/v1/corrections/{correction_id}", correction_id)
    if decided:
        flash(gettext("更正：%(state)s", state=gettext(STATES[decided["state"]])))
        return redirect(url_for("desk_corrections.corrections"), HTTPStatus.SEE_OTHER)
    return _list_page(form, correction_id)


@pages.get("/corrections/entries")
@access.for_roles("branch")
def entries() -> ResponseReturnValue:
    """The lines of a published month, to choose the one to correct."""
    publications = platform.get("/v1/publications", limit=100, community_id=access.me()["community"]["id"])["data"]
    settled = [each for each in publications if each["state"] == "settled"]
    chosen = request.args.get("publication") or (settled[0]["id"] if settled else "")
    known = any(each["id"] == chosen for each in settled)
    page = platform.page(f"/v1/publications/{chosen}") if known else None
    return render_template("desk/corrections/entries.html", publications=settled, chosen=chosen, page=page)


@pages.route("/corrections/entries/<id:publication_id>/<id:entry_id>", methods=["GET", "POST"])
@access.for_roles("branch")
def propose(publication_id: str, entry_id: str) -> ResponseReturnValue:
    """Propose what a final entry should be worth."""
    entry = _entry(publication_id, entry_id)
    form = Form.of_request(points=str(entry["current_points"]))
    if form.is_sent:
        with form.sending():
            body = {"entry_id": entry_id, "points": form.number("points"), "reason": form.text("reason")}
            platform.post("/v1/corrections", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已提出更正，等另一个人确认"))
            return redirect(url_for("desk_corrections.corrections"), HTTPStatus.SEE_OTHER)
    return render_template("desk/corrections/propose.html", form=form, entry=entry), form.status


def _list_page(form: Form, answered: str | None = None) -> tuple[str, int]:
    state = request.args.get("state", "open")
    page = platform.page("/v1/corrections", state=state if state in STATES else None)
    shown = render_template(
        "desk/corrections/list.html",
        page=page,
        forms={each["id"]: form if each["id"] == answered else Form.empty() for each in page["data"]},
        state=state,
        states=STATES,
        person_id=access.me()["person"]["id"],
        may_decide=bool(access.held_roles() & {"branch", "committee"}),
    )
    return shown, form.status


def _entry(publication_id: str, entry_id: str) -> dict[str, Any]:
    """Return a line of a published list. Raise NotFound."""
    for each in platform.rows(f"/v1/publications/{publication_id}"):
        if each["id"] == entry_id:
            return each
    raise NotFound
