"""Rounds of inspection: the checklist, opening, who inspects which part, progress, closing, ranking (R18)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_inspections", __name__)
_ORGANISERS = (*access.GROUP, "committee")
_INSPECTORS = ("grid_officer", "working_group_chair", "working_group", "committee")
MENU = (
    MenuEntry(
        title=_("检查安排"), endpoint="desk_inspections.inspections", section="places", roles=_ORGANISERS, order=0
    ),
)
STATES = {"open": (_("进行中"), "wait"), "closed": (_("已结束"), "good")}
_EMPTY_ROWS = 3
_FIELDS = ("code", "title", "weight", "max_mark")


@pages.route("/inspections/", methods=["GET", "POST"])
@access.for_roles(*_ORGANISERS)
def inspections() -> ResponseReturnValue:
    """List the rounds, newest first, and open the round of a month."""
    form = Form.of_request(period=display.today()[:7])
    if form.is_sent:
        with form.sending():
            opened = platform.post("/v1/inspections", {"period": form.text("period")}, key=form.key)
        if form.is_accepted:
            flash(gettext("检查已开始，请分工"))
            return redirect(url_for("desk_inspections.inspection", inspection_id=opened["id"]), HTTPStatus.SEE_OTHER)
    return render_template(
        "desk/inspections/list.html", page=platform.page("/v1/inspections"), form=form, states=STATES
    ), form.status


@pages.get("/inspections/<id:inspection_id>")
@access.for_roles(*_ORGANISERS)
def inspection(inspection_id: str) -> ResponseReturnValue:
    """A round: progress, who inspects which part, what is missing; a closed one with its ranking."""
    return _inspection_page(inspection_id, Form.of_request(), Form.empty())


@pages.post("/inspections/<id:inspection_id>/assignments")
@access.for_roles(*_ORGANISERS)
def assign(inspection_id: str) -> ResponseReturnValue:
    """Assign the grids of the round to inspectors; the whole is replaced."""
    form = Form.of_request()
    if form.is_sent:
        shares: dict[str, list[str]] = {}
        for name in sorted(form.values):
            if name.startswith("grid.") and form.text(name):
                shares.setdefault(form.text(name), []).append(name.removeprefix("grid."))
        body = {"assignments": [{"inspector_id": person, "grid_ids": grids} for person, grids in shares.items()]}
        with form.sending():
            platform.put(f"/v1/inspections/{inspection_id}/assignments", body)
        if form.is_accepted:
            flash(gettext("分工已保存"))
            return redirect(url_for("desk_inspections.inspection", inspection_id=inspection_id), HTTPStatus.SEE_OTHER)
    return _inspection_page(inspection_id, form, Form.empty())


@pages.post("/inspections/<id:inspection_id>/close")
@access.for_roles(*_ORGANISERS)
def close(inspection_id: str) -> ResponseReturnValue:
    """Close the round: rank the courtyards and propose the heads' awards."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            body = {"accept_missing": form.checked("accept_missing")}
            platform.post(f"/v1/inspections/{inspection_id}/close", body, key=form.key)
        if form.is_accepted:
            flash(gettext("检查已结束，名次已公布"))
            return redirect(url_for("desk_inspections.inspection", inspection_id=inspection_id), HTTPStatus.SEE_OTHER)
    return _inspection_page(inspection_id, Form.empty(), form)


@pages.route("/checklist/", methods=["GET", "POST"])
@access.for_roles(*_ORGANISERS)
def checklist() -> ResponseReturnValue:
    """The checklist in a grid; open rounds keep the version they began with."""
    present = _present_checklist()
    form = Form.of_request(**_typed(present["criteria"] if present else []))
    rows = _rows(form)
    if form.is_sent:
        kept = [row for row in rows if form.text(f"criteria.{row}.code") or form.text(f"criteria.{row}.title")]
        body = {"criteria": [_criterion(form, row) for row in kept]}
        fields = {
            f"/criteria/{place}/{name}": f"criteria.{row}.{name}" for place, row in enumerate(kept) for name in _FIELDS
        }
        with form.sending(fields):
            platform.put("/v1/checklist", body)
        if form.is_accepted:
            flash(gettext("检查表已采用"))
            return redirect(url_for("desk_inspections.checklist"), HTTPStatus.SEE_OTHER)
    return render_template("desk/inspections/checklist.html", form=form, rows=rows, checklist=present), form.status


def _inspection_page(inspection_id: str, form: Form, closing: Form) -> tuple[str, int]:
    progress, courtyards, inspectors = platform.together(
        lambda: platform.get(f"/v1/inspections/{inspection_id}"),
        lambda: platform.rows("/v1/courtyards"),
        _inspectors,
    )
    if not form.values:
        for share in progress["assignments"]:
            for grid in share["grid_ids"]:
                form.values[f"grid.{grid}"] = share["inspector_id"]
    is_closed = progress["state"] == "closed"
    return render_template(
        "desk/inspections/one.html",
        round=progress,
        state=STATES[progress["state"]],
        form=form,
        closing=closing,
        grids=sorted({(each["grid_id"], each["grid_name"]) for each in courtyards}, key=lambda grid: grid[1]),
        inspectors=inspectors,
        ranking=platform.get(f"/v1/inspections/{inspection_id}/ranking")["ranking"] if is_closed else None,
        community=access.me()["community"]["id"],
    ), max(form.status, closing.status)


def _inspectors() -> list[tuple[str, str]]:
    """Return who may inspect today, by name."""
    today = display.today()
    found = platform.together(
        *(lambda role=role: platform.rows("/v1/appointments", role=role, on=today) for role in _INSPECTORS)
    )
    people = {each["person_id"]: each["person_name"] for holders in found for each in holders}
    return sorted(people.items(), key=lambda person: person[1])


def _present_checklist() -> dict[str, Any] | None:
    try:
        return platform.get("/v1/checklist")
    except platform.ApiError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return None


def _typed(criteria: list[dict[str, Any]]) -> dict[str, str]:
    rows = [*criteria, *[{}] * _EMPTY_ROWS]
    return {f"criteria.{row}.{name}": str(each.get(name, "")) for row, each in enumerate(rows) for name in _FIELDS}


def _rows(form: Form) -> list[int]:
    """Return the numbers of the rows that the grid holds."""
    numbers = {name.split(".")[1] for name in form.values if name.startswith("criteria.")}
    return sorted(int(number) for number in numbers if number.isascii() and number.isdigit())


def _criterion(form: Form, row: int) -> dict[str, Any]:
    at = f"criteria.{row}."
    return {name: form.text(at + name) for name in ("code", "title")} | {
        name: form.number(at + name) for name in ("weight", "max_mark")
    }
