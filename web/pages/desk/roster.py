"""Importing the roster: check a file, show every wrong cell in its place, import it with progress (R5)."""

import hashlib
import secrets
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_roster", __name__)
MENU = (
    MenuEntry(title=_("导入花名册"), endpoint="desk_roster.roster", section="people", roles=("committee",), order=80),
)
ENDED = {"done", "refused", "failed"}
"""States of a long roster that change no more."""
_NOTES_SHOWN = 100


@pages.route("/roster/", methods=["GET", "POST"])
@access.for_roles("committee")
def roster() -> ResponseReturnValue:
    """Check or import a file. Wrong cells are shown in their lines."""
    form = Form.of_request()
    report = None
    file = request.files.get("file")
    if form.is_sent and not (file and file.filename):
        form.refuse(gettext("请选择花名册文件"), "file")
    elif form.is_sent and file:
        imports = form.text("step") == "import"
        answer = _import(form, file) if imports else _check(form, file)
        if answer and "state" in answer:
            return access.navigated(url_for("desk_roster.progress", roster_id=answer["id"]), HTTPStatus.SEE_OTHER)
        if answer and imports and form.is_accepted:
            flash(gettext("已导入 %(residents)s 人、%(households)s 户", **_counts(answer)))
            return access.navigated(url_for("desk_roster.roster"), HTTPStatus.SEE_OTHER)
        report = answer
    return _page(form, report), form.status


@pages.get("/roster/<id:roster_id>")
@access.for_roles("committee")
def progress(roster_id: str) -> ResponseReturnValue:
    """The progress of a long roster, which renews itself, and its report at the end."""
    shown = platform.get(f"/v1/rosters/{roster_id}")
    report = shown["report"]
    return render_template(
        "desk/roster/progress.html",
        roster=shown,
        has_ended=shown["state"] in ENDED,
        report=report,
        lines=_lines(report),
        notes_shown=_NOTES_SHOWN,
    )


@pages.get("/roster/template.xlsx")
@access.for_roles("committee")
def template() -> ResponseReturnValue:
    """A workbook with the headings and an example."""
    return platform.download("/v1/rosters/template")


def _page(form: Form, report: dict[str, Any] | None) -> str:
    return render_template(
        "desk/roster/upload.html", form=form, report=report, lines=_lines(report), notes_shown=_NOTES_SHOWN
    )


def _check(form: Form, file: FileStorage) -> dict[str, Any] | None:
    with form.sending():
        return platform.upload("/v1/rosters?dry_run=true", file, key=secrets.token_hex(16))
    return None


def _import(form: Form, file: FileStorage) -> dict[str, Any] | None:
    """Import a file; return its report, of a check if the import was refused for its cells.

    The key depends on the file: the page stays while somebody corrects the file, and another file is another request.
    """
    key = f"{form.key}-{hashlib.sha256(file.stream.read()).hexdigest()[:16]}"
    file.stream.seek(0)
    with form.sending():
        return platform.upload("/v1/rosters", file, key=key)
    if form.code != "roster_invalid":
        return None
    form.errors.clear()
    file.stream.seek(0)
    checked = Form.empty()
    with checked.sending():
        return platform.upload("/v1/rosters?dry_run=true", file, key=secrets.token_hex(16))
    return None


def _counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: report[name] for name in ("residents", "households")}


def _lines(report: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the columns and lines of a report, every cell with what is wrong in it; None if nothing is.

    A report of a long roster has no lines: only cells with errors are shown then.
    """
    if not report or not report["errors"]:
        return None
    wrong: dict[tuple[int, str], list[str]] = {}
    for flaw in report["errors"]:
        wrong.setdefault((flaw["row"], flaw["column"]), []).append(flaw["detail"])
    given = {line["row"]: line["cells"] for line in report.get("flawed_lines", ())}
    headings = list(dict.fromkeys([*report.get("columns", ()), *(column for _row, column in wrong)]))
    rows = [
        {"number": row, "cells": [_cell(headings, given.get(row, []), wrong, row, at) for at in range(len(headings))]}
        for row in sorted({row for row, _column in wrong})
    ]
    return {"headings": headings, "rows": rows}


def _cell(
    headings: list[str], given: list[str], wrong: dict[tuple[int, str], list[str]], row: int, at: int
) -> dict[str, Any]:
    return {"text": given[at] if at < len(given) else "", "wrong": wrong.get((row, headings[at]), [])}
