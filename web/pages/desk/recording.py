"""Sanitation rounds: recording courtyards as an inspector, and results as a head (R18, R19)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_recording", __name__)
_INSPECTORS = ("grid_officer", *access.GROUP, "committee")
_MOST_PHOTOS = 20
LISTED = {"red": (_("红榜"), "good"), "black": (_("黑榜"), "bad")}
RECTIFICATIONS = {"ordered": (_("整改中"), "wait"), "failed": (_("整改未通过"), "bad"), "passed": (_("已整改"), "good")}
MENU = (
    MenuEntry(title=_("检查打分"), endpoint="desk_recording.rounds", section="places", roles=_INSPECTORS, order=10),
    MenuEntry(title=_("卫生检查结果"), endpoint="desk_recording.results", section="places", roles=("head",), order=10),
)


@pages.get("/recording")
@access.for_roles(*_INSPECTORS)
def rounds() -> ResponseReturnValue:
    """The open rounds with the courtyards that are missing, the caller's share first."""
    newest, courtyards = platform.together(
        lambda: platform.get("/v1/inspections", limit=12), lambda: platform.rows("/v1/courtyards")
    )
    opened = [each["id"] for each in newest["data"] if each["state"] == "open"]
    progress = platform.together(*(_progress_of(each) for each in opened))
    numbers = {each["id"]: each["number"] for each in courtyards}
    return render_template("desk/recording/rounds.html", rounds=[_seen(each) for each in progress], numbers=numbers)


@pages.route("/recording/<id:inspection_id>/<id:courtyard_id>", methods=["GET", "POST"])
@access.for_roles(*_INSPECTORS)
def record(inspection_id: str, courtyard_id: str) -> ResponseReturnValue:
    """Record a courtyard's marks and photos; what is sent again or late never hides what is newer."""
    progress, courtyard = platform.together(
        _progress_of(inspection_id), lambda: platform.get(f"/v1/courtyards/{courtyard_id}")
    )
    stored = next((score for score in progress["scores"] if score["courtyard_id"] == courtyard_id), None)
    form = Form.of_request(**_initial(stored))
    if form.is_sent:
        with form.sending(_fields(progress["criteria"])):
            for number, file in enumerate(file for file in request.files.getlist("files") if file.filename):
                photo = platform.upload("/v1/evidence", file, key=f"{form.key}-{number}")
                form.values.add("evidence_ids", photo["id"])
            body = {
                "version": form.number("version"),
                "marks": {each["code"]: form.number(f"mark.{each['code']}") for each in progress["criteria"]},
                "evidence_ids": form.chosen("evidence_ids")[:_MOST_PHOTOS],
                "note": form.text("note"),
            }
            platform.put(f"/v1/inspections/{inspection_id}/courtyards/{courtyard_id}", body)
        if form.is_accepted:
            flash(gettext("%(number)s 号院已记录", number=courtyard["number"]))
            return redirect(url_for("desk_recording.rounds"), HTTPStatus.SEE_OTHER)
        if form.code == "stale_version" and stored:
            form.values["version"] = str(stored["version"] + 1)
    shown = render_template(
        "desk/recording/record.html", form=form, progress=progress, courtyard=courtyard, stored=stored
    )
    return shown, form.status


@pages.get("/results")
@access.for_roles("head")
def results() -> ResponseReturnValue:
    """The rounds of the courtyards that the caller heads, newest first."""
    courtyards = access.scopes("head")
    found = platform.together(*(_visits_of(courtyard) for courtyard in courtyards))
    visits = [(courtyard, page["data"]) for courtyard, page in zip(courtyards, found, strict=True)]
    return render_template("desk/recording/results.html", visits=visits, listed=LISTED, states=RECTIFICATIONS)


@pages.get("/results/<id:inspection_id>/<id:courtyard_id>")
@access.for_roles("head")
def result(inspection_id: str, courtyard_id: str) -> ResponseReturnValue:
    """What was found in a courtyard, with photos and what is to be corrected."""
    shown = platform.get(f"/v1/inspections/{inspection_id}/courtyards/{courtyard_id}")
    return render_template("desk/recording/result.html", record=shown, states=RECTIFICATIONS)


def _progress_of(inspection_id: str) -> Callable[[], dict[str, Any]]:
    return lambda: platform.get(f"/v1/inspections/{inspection_id}")


def _visits_of(courtyard_id: str) -> Callable[[], dict[str, Any]]:
    return lambda: platform.get(f"/v1/courtyards/{courtyard_id}/inspections", limit=24)


def _seen(progress: dict[str, Any]) -> dict[str, Any]:
    """Return a round's progress with the missing courtyards of the caller's share, and all others."""
    me = access.me()["person"]["id"]
    own = [place for share in progress["assignments"] if share["inspector_id"] == me for place in share["missing"]]
    ids = {place["courtyard_id"] for place in own}
    others = [place for place in progress["missing"] if place["courtyard_id"] not in ids]
    return progress | {"own": own, "others": others}


def _initial(stored: dict[str, Any] | None) -> dict[str, Any]:
    if stored is None:
        return {"version": "1"}
    marks = {f"mark.{code}": str(mark) for code, mark in stored["marks"].items()}
    initial = {"version": str(stored["version"] + 1), "note": stored["note"], "evidence_ids": stored["evidence_ids"]}
    return {**marks, **initial}


def _fields(criteria: list[dict[str, Any]]) -> dict[str, str]:
    """Return the fields of the API's pointers."""
    return {f"/marks/{each['code']}": f"mark.{each['code']}" for each in criteria} | {"/file": "files"}
