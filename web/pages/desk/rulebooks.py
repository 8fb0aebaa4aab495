"""The rulebook: its versions, a draft written in a grid or in Excel, its cost, adoption from a day on (R7)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.cap_texts import caps_text, parse_caps
from web import clock
from web.converters import id_of
from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_rulebooks", __name__)
_WRITERS = (*access.GROUP, "committee")
MENU = (
    MenuEntry(title=_("积分细则"), endpoint="desk_rulebooks.rulebooks", section="points", roles=_WRITERS, order=20),
)
STATES = {"draft": (_("草稿"), "wait"), "adopted": (_("已采用"), "good"), "discarded": (_("已作废"), "plain")}
CLAIMANTS = {"both": _("居民和院长"), "resident": _("居民"), "head": _("院长")}
_TEXTS = ("code", "title", "unit")
_NUMBERS = ("score", "max_quantity")
_CHOICES = ("category", "claimable_by")
BOXES = {
    "evidence_required": _("要证明"),
    "deduction": _("扣分"),
    "system": _("平台记录"),
    "public": _("公开"),
    "active": _("启用"),
}
_NEW_ITEM = {"category": "living_environment", "claimable_by": "both", "unit": "次", "max_quantity": 1}
_NEW_ITEM |= {"evidence_required": True, "public": True, "active": True}
_MORE_ROWS, _MOST_ROWS = 5, 500


@pages.get("/rulebooks/")
@access.for_roles(*_WRITERS)
def rulebooks() -> ResponseReturnValue:
    """List every version, newest first; drafts among them."""
    return render_template(
        "desk/rulebooks/list.html", page=platform.page("/v1/rulebooks"), states=STATES, form=Form.empty()
    )


@pages.get("/rulebooks/<id:rulebook_id>")
@access.for_roles(*_WRITERS)
def rulebook(rulebook_id: str) -> ResponseReturnValue:
    """One version with its items; a draft with its cost beside it and the steps that are left."""
    return _rulebook_page(rulebook_id, Form.of_request(effective_from=_tomorrow()))


@pages.get("/rulebooks/<id:rulebook_id>.xlsx")
@access.for_roles(*_WRITERS)
def workbook(rulebook_id: str) -> ResponseReturnValue:
    """The version as a workbook, which can be changed and uploaded as a draft."""
    return platform.download(f"/v1/rulebooks/{rulebook_id}", format="xlsx")


@pages.post("/rulebooks/<id:rulebook_id>/adopt")
@access.for_roles(*_WRITERS)
def adopt(rulebook_id: str) -> ResponseReturnValue:
    """Put a draft in force from a day on."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            body = {"effective_from": form.text("effective_from")}
            platform.post(f"/v1/rulebooks/{rulebook_id}/adopt", body, key=form.key)
        if form.is_accepted:
            flash(gettext("%(day)s 起按这一版计分", day=display.day(form.text("effective_from"))))
            return redirect(url_for("desk_rulebooks.rulebook", rulebook_id=rulebook_id), HTTPStatus.SEE_OTHER)
    return _rulebook_page(rulebook_id, form)


@pages.post("/rulebooks/<id:rulebook_id>/discard")
@access.for_roles(*_WRITERS)
def discard(rulebook_id: str) -> ResponseReturnValue:
    """Discard a draft; it stays readable."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/rulebooks/{rulebook_id}/discard", key=form.key)
        if form.is_accepted:
            flash(gettext("草稿已作废"))
            return redirect(url_for("desk_rulebooks.rulebooks"), HTTPStatus.SEE_OTHER)
    return _rulebook_page(rulebook_id, form)


@pages.post("/rulebooks/upload")
@access.for_roles(*_WRITERS)
def upload() -> ResponseReturnValue:
    """Store a workbook as a draft, or name every cell that is wrong."""
    form, file = Form.of_request(), request.files.get("file")
    if form.is_sent and not (file and file.filename):
        form.refuse(gettext("请选择 Excel 文件"), "file")
    elif form.is_sent and file:
        with form.sending():
            drafted = platform.upload("/v1/rulebooks", file, key=form.key)
        if form.is_accepted:
            flash(gettext("已存为草稿"))
            return redirect(url_for("desk_rulebooks.rulebook", rulebook_id=drafted["id"]), HTTPStatus.SEE_OTHER)
    page = render_template("desk/rulebooks/list.html", page=platform.page("/v1/rulebooks"), states=STATES, form=form)
    return page, form.status


@pages.route("/rulebooks/new", methods=["GET", "POST"])
@access.for_roles(*_WRITERS)
def draft() -> ResponseReturnValue:
    """Write a draft in a grid, from another version if `from` names one. A draft that it replaces is discarded."""
    source = _source(request.args.get("from"))
    form = Form.of_request(title=source["title"], **_typed(source["items"], 3))
    rows = _rows(form)
    if form.is_sent and form.checked("more"):
        first = rows[-1] + 1 if rows else 0
        more = range(first, min(first + _MORE_ROWS, _MOST_ROWS))
        form.values.update({name: value for row in more for name, value in _row_fields(row, _NEW_ITEM).items()})
        rows = [*rows, *more]
    elif form.is_sent and (drafted := _store(form, rows)):
        if source["status"] == "draft":
            with form.sending():
                platform.post(f"/v1/rulebooks/{source['id']}/discard", key=f"{form.key}-2")
        flash(gettext("已存为草稿"))
        return redirect(url_for("desk_rulebooks.rulebook", rulebook_id=drafted["id"]), HTTPStatus.SEE_OTHER)
    return render_template(
        "desk/rulebooks/draft.html",
        form=form,
        rows=rows,
        boxes=BOXES,
        categories=[(code, gettext(title)) for code, title in display.CATEGORIES.items()],
        claimants=[(code, gettext(title)) for code, title in CLAIMANTS.items()],
    ), form.status


def _rulebook_page(rulebook_id: str, form: Form) -> tuple[str, int]:
    shown = platform.get(f"/v1/rulebooks/{rulebook_id}")
    return render_template(
        "desk/rulebooks/one.html",
        form=form,
        rulebook=shown,
        state=STATES[shown["status"]],
        caps_text=caps_text,
        claimants=CLAIMANTS,
        cost=_cost(rulebook_id) if shown["status"] == "draft" else None,
    ), form.status


def _cost(rulebook_id: str) -> dict[str, Any] | None:
    """Return what the draft would have cost in the month that the address names, by default last month."""
    try:
        budget = platform.get("/v1/budget", rulebook_id=rulebook_id, period=request.args.get("period") or None)
    except platform.ApiError as error:
        if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return None
    cost: dict[str, Any] | None = budget["draft"]
    return cost


def _source(rulebook_id: str | None) -> dict[str, Any]:
    """Return the version to write a draft from: the one named, else the one in force, else an empty one."""
    if rulebook_id:
        return platform.get(f"/v1/rulebooks/{id_of(rulebook_id)}")
    try:
        return platform.get("/v1/rulebooks/current")
    except platform.ApiError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return {"id": None, "title": gettext("积分细则"), "status": "none", "items": []}


def _typed(items: Iterable[Mapping[str, Any]], empty: int) -> dict[str, str]:
    """Return items as the fields of the grid, and some empty rows."""
    fields: dict[str, str] = {}
    for row, item in enumerate([*items, *[_NEW_ITEM] * empty]):
        fields |= _row_fields(row, item)
    return fields


def _row_fields(row: int, item: Mapping[str, Any]) -> dict[str, str]:
    at = f"items.{row}."
    fields = {at + name: str(item.get(name, "")) for name in (*_TEXTS, *_NUMBERS, *_CHOICES)}
    fields |= {f"{at}row": "1", f"{at}caps": caps_text(item.get("caps", ()))}
    return fields | {at + box: "yes" for box in BOXES if item.get(box)}


def _rows(form: Form) -> list[int]:
    """Return the numbers of the rows that the grid holds."""
    numbers = {name.split(".")[1] for name in form.values if name.startswith("items.") and name.endswith(".row")}
    return sorted(int(number) for number in numbers if number.isascii() and number.isdigit())[:_MOST_ROWS]


def _store(form: Form, rows: Iterable[int]) -> dict[str, Any] | None:
    """Send what the grid holds; rows without code and title, and those marked to be left out, are none."""
    kept = [row for row in rows if not form.checked(f"items.{row}.drop") and _is_filled(form, row)]
    items = [_item(form, row) for row in kept]
    if form.errors:
        form.status = HTTPStatus.UNPROCESSABLE_ENTITY
        return None
    with form.sending():
        return platform.post("/v1/rulebooks", {"title": form.text("title"), "items": items}, key=form.key)
    form.errors = {_field_of(name, kept): detail for name, detail in form.errors.items()}
    return None


def _is_filled(form: Form, row: int) -> bool:
    return bool(form.text(f"items.{row}.code") or form.text(f"items.{row}.title"))


def _item(form: Form, row: int) -> dict[str, Any]:
    """Return one row as the API takes it; what is not a cap is noted as an error of its field."""
    at = f"items.{row}."
    item: dict[str, Any] = {name: form.text(at + name) for name in (*_TEXTS, *_CHOICES)}
    item |= {name: form.number(at + name) for name in _NUMBERS}
    item |= {box: form.checked(at + box) for box in BOXES}
    caps = form.text(f"{at}caps")
    try:
        item["caps"] = parse_caps(caps) if caps else []
    except ValueError as error:
        form.errors[f"{at}caps"] = str(error)
    return item


def _field_of(name: str, kept: list[int]) -> str:
    """Return the field of the grid that the API's `items.<place>.<field>` is about."""
    parts = name.split(".")
    if parts[0] != "items" or len(parts) < 3 or not parts[1].isdigit() or int(parts[1]) >= len(kept):
        return name
    return f"items.{kept[int(parts[1])]}.{parts[2]}"


def _tomorrow() -> str:
    return (clock.now().date() + timedelta(days=1)).isoformat()
