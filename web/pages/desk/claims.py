"""Claims: the list, one with its timeline, and declaring for those without phones (R6, R8)."""

from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.converters import id_of
from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_claims", __name__)
_READERS = ("head", "grid_officer", *access.GROUP, "branch", "committee")
_DECLARERS = ("head", "grid_officer")
_MOST_FILES = 9
MENU = (
    MenuEntry(title=_("申报记录"), endpoint="desk_claims.claims", section="points", roles=_READERS, order=20),
    MenuEntry(title=_("代申报"), endpoint="desk_claims.choose_person", section="today", roles=_DECLARERS, order=20),
)


@pages.get("/claims")
@access.for_roles(*_READERS)
def claims() -> ResponseReturnValue:
    """The claims that the caller may see, newest first, by state, month and person."""
    form = Form.of_request(**request.args.to_dict())
    page = platform.page(
        "/v1/claims",
        status=form.optional("status"),
        period=form.optional("period"),
        person_id=form.optional("person_id"),
    )
    return render_template("desk/claims/list.html", page=page, form=form)


@pages.get("/claims/<id:claim_id>")
@access.for_roles(*_READERS)
def claim(claim_id: str) -> ResponseReturnValue:
    """One claim with its evidence and every step."""
    return render_template("desk/claims/one.html", claim=platform.get(f"/v1/claims/{claim_id}"))


@pages.get("/declare")
@access.for_roles(*_DECLARERS)
def choose_person() -> ResponseReturnValue:
    """Whom to declare for: somebody found by name or phone number, or oneself."""
    form = Form.of_request(**request.args.to_dict())
    page = platform.page("/v1/residents", name=form.optional("name"), phone=form.optional("phone"))
    return render_template("desk/claims/choose.html", page=page, form=form)


@pages.route("/declare/new", methods=["GET", "POST"])
@access.for_roles(*_DECLARERS)
def declare() -> ResponseReturnValue:
    """Declare a deed for a person, who is named in the record together with the caller."""
    form = Form.of_request(
        person_id=request.args.get("person_id"), quantity="1", happened_at=f"{display.today()}T08:00"
    )
    person_id = form.optional("person_id")
    if form.is_sent:
        with form.sending({"/file": "files"}):
            deed = _deed(form)
            made = platform.post("/v1/claims", deed | ({"person_id": person_id} if person_id else {}), key=form.key)
        if form.is_accepted:
            return _declared(made)
    rulebook, person = platform.together(
        lambda: platform.get("/v1/rulebooks/current"),
        lambda: platform.get(f"/v1/residents/{id_of(person_id)}") if person_id else None,
    )
    page = render_template("desk/claims/new.html", form=form, items=_items(rulebook), person=person, returned=None)
    return page, form.status


@pages.route("/claims/<id:claim_id>/resubmit", methods=["GET", "POST"])
@access.for_roles(*_DECLARERS)
def resubmit(claim_id: str) -> ResponseReturnValue:
    """Declare a claim again that was returned for more, changed; its review begins anew."""
    claim, rulebook = platform.together(
        lambda: platform.get(f"/v1/claims/{claim_id}"), lambda: platform.get("/v1/rulebooks/current")
    )
    form = Form.of_request(
        item=claim["item"],
        quantity=str(claim["quantity"]),
        happened_at=display.minute(claim["happened_at"]),
        place=claim["place"],
        cause=claim["cause"],
        evidence_ids=claim["evidence_ids"],
    )
    if form.is_sent:
        with form.sending({"/file": "files"}):
            made = platform.put(f"/v1/claims/{claim_id}", _deed(form), key=form.key)
        if form.is_accepted:
            return _declared(made)
    page = render_template("desk/claims/new.html", form=form, items=_items(rulebook), person=None, returned=claim)
    return page, form.status


def _deed(form: Form) -> dict[str, Any]:
    """Upload the files of a form and return the deed that it describes."""
    for number, file in enumerate(file for file in request.files.getlist("files") if file.filename):
        stored = platform.upload("/v1/evidence", file, key=f"{form.key}-{number}")
        form.values.add("evidence_ids", stored["id"])
    return {
        "item": form.text("item"),
        "quantity": form.number("quantity"),
        "happened_at": f"{form.text('happened_at')}:00+08:00",
        "place": form.text("place"),
        "cause": form.text("cause"),
        "evidence_ids": form.chosen("evidence_ids")[:_MOST_FILES],
    }


def _declared(made: dict[str, Any]) -> ResponseReturnValue:
    flash(gettext("已申报：%(title)s", title=made["title"]))
    return redirect(url_for("desk_claims.claim", claim_id=made["id"]), HTTPStatus.SEE_OTHER)


def _items(rulebook: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the items that people declare, by category."""
    items = [item for item in rulebook["items"] if item["active"] and not item["system"]]
    items.sort(key=lambda item: list(display.CATEGORIES).index(item["category"]))
    return [(category, list(group)) for category, group in groupby(items, key=lambda item: item["category"])]


@pages.post("/claims/<id:claim_id>/withdraw")
@access.for_roles(*_DECLARERS)
def withdraw(claim_id: str) -> ResponseReturnValue:
    """Withdraw a claim that the caller declared and that nobody has decided on."""
    form = Form.of_request()
    with form.sending():
        platform.post(f"/v1/claims/{claim_id}/withdraw", key=form.key)
    flash(form.notice or gettext("已撤回"))
    return redirect(url_for("desk_claims.claim", claim_id=claim_id), HTTPStatus.SEE_OTHER)
