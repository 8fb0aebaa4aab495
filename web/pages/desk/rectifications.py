"""Rectification after a sanitation round: what a courtyard is to correct, and the re-inspection (R19)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _
from web.pages.desk.recording import RECTIFICATIONS

pages = Blueprint("desk_rectifications", __name__)
_INSPECTORS = ("grid_officer", *access.GROUP, "committee")
_MOST_PHOTOS = 20
MENU = (
    MenuEntry(
        title=_("整改复查"),
        endpoint="desk_rectifications.rectifications",
        section="places",
        roles=_INSPECTORS,
        order=15,
    ),
)


@pages.get("/rectifications/")
@access.for_roles(*_INSPECTORS)
def rectifications() -> ResponseReturnValue:
    """The courtyards of the newest closed round, those with the lowest scores first, with what they are to correct."""
    community = access.me()["community"]["id"]
    rounds = platform.get("/v1/rankings", community_id=community, limit=12)["data"]
    wanted = request.args.get("round")
    chosen = next((each for each in rounds if each["id"] == wanted), rounds[0] if rounds else None)
    places: Sequence[dict[str, Any]] = ()
    if chosen:
        places = platform.get(f"/v1/inspections/{chosen['id']}/ranking")["ranking"]
    return render_template(
        "desk/rectifications/list.html",
        rounds=rounds,
        round=chosen,
        places=sorted(places, key=lambda place: (place["rectification"] is None, place["score"])),
        states=RECTIFICATIONS,
    )


@pages.get("/rectifications/<id:inspection_id>/<id:courtyard_id>")
@access.for_roles(*_INSPECTORS)
def courtyard(inspection_id: str, courtyard_id: str) -> ResponseReturnValue:
    """What was found in a courtyard, with the forms of the order and of the re-inspection."""
    return _page(inspection_id, courtyard_id, None, None)


@pages.post("/rectifications/<id:inspection_id>/<id:courtyard_id>/order")
@access.for_roles(*_INSPECTORS)
def order(inspection_id: str, courtyard_id: str) -> ResponseReturnValue:
    """Order a courtyard to correct a fault by a day, or change the order."""
    form = Form.of_request()
    if form.is_sent:
        body = {"reason": form.text("reason"), "due": form.text("due")}
        with form.sending():
            platform.put(f"/v1/inspections/{inspection_id}/courtyards/{courtyard_id}/rectification", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已要求整改"))
            return _to_courtyard(inspection_id, courtyard_id)
    return _page(inspection_id, courtyard_id, form, None)


@pages.post("/rectifications/<id:inspection_id>/<id:courtyard_id>/reinspection")
@access.for_roles(*_INSPECTORS)
def reinspect(inspection_id: str, courtyard_id: str) -> ResponseReturnValue:
    """Record the re-inspection; the rank of the month stays."""
    form = Form.of_request()
    path = f"/v1/inspections/{inspection_id}/courtyards/{courtyard_id}"
    if form.is_sent:
        marks = {name.removeprefix("mark."): form.number(name) for name in form.values if name.startswith("mark.")}
        with form.sending({f"/marks/{code}": f"mark.{code}" for code in marks} | {"/file": "files"}):
            for number, file in enumerate(file for file in request.files.getlist("files") if file.filename):
                photo = platform.upload("/v1/evidence", file, key=f"{form.key}-{number}")
                form.values.add("evidence_ids", photo["id"])
            body = {
                "version": form.number("version"),
                "marks": marks,
                "evidence_ids": form.chosen("evidence_ids")[:_MOST_PHOTOS],
                "note": form.text("note"),
                "passed": form.text("passed") == "yes",
            }
            platform.put(f"{path}/reinspection", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已记下复查结果"))
            return _to_courtyard(inspection_id, courtyard_id)
    return _page(inspection_id, courtyard_id, None, form)


def _page(inspection_id: str, courtyard_id: str, order: Form | None, again: Form | None) -> tuple[str, int]:
    """Return the page of a courtyard with the form that was refused, if one was."""
    shown, place = platform.together(
        lambda: platform.get(f"/v1/inspections/{inspection_id}/courtyards/{courtyard_id}"),
        lambda: platform.get(f"/v1/courtyards/{courtyard_id}"),
    )
    ordered = shown["rectification"]
    if order is None:
        order = Form.empty()
        order.values.update({"reason": ordered["reason"], "due": ordered["due"]} if ordered else {})
    if again is None:
        again = Form.empty()
        again.values.update(_stored((ordered or {}).get("reinspection")))
    page = render_template(
        "desk/rectifications/one.html",
        record=shown,
        courtyard=place,
        order=order,
        again=again,
        states=RECTIFICATIONS,
        inspection_id=inspection_id,
    )
    return page, max(order.status, again.status)


def _stored(reinspection: dict[str, Any] | None) -> dict[str, str]:
    if reinspection is None:
        return {"version": "1"}
    marks = {f"mark.{code}": str(mark) for code, mark in reinspection["marks"].items()}
    verdict = {"version": str(reinspection["version"] + 1), "note": reinspection["note"]}
    return marks | verdict | {"passed": "yes" if reinspection["passed"] else "no"}


def _to_courtyard(inspection_id: str, courtyard_id: str) -> ResponseReturnValue:
    address = url_for("desk_rectifications.courtyard", inspection_id=inspection_id, courtyard_id=courtyard_id)
    return redirect(address, HTTPStatus.SEE_OTHER)
