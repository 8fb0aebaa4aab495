"""People and households: looking up, registering, correcting, moving, cards, invitations (R3, R6)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_residents", __name__)
_READERS = ("head", "grid_officer", *access.GROUP, "branch", "committee")
_REGISTRARS = ("grid_officer", "committee")
_HELPERS = ("head", "grid_officer", "committee")
_SEE_OTHER = HTTPStatus.SEE_OTHER
MENU = (
    MenuEntry(title=_("居民名册"), endpoint="desk_residents.residents", section="people", roles=_READERS, order=10),
    MenuEntry(title=_("居民登记"), endpoint="desk_residents.register", section="people", roles=_REGISTRARS, order=20),
)


@pages.get("/residents")
@access.for_roles(*_READERS)
def residents() -> ResponseReturnValue:
    """The people whom the caller may see, by name, phone number and courtyard."""
    form = Form.of_request(**request.args.to_dict())
    page, courtyards = platform.together(
        lambda: platform.page(
            "/v1/residents",
            name=form.optional("name"),
            phone=form.optional("phone"),
            courtyard_id=form.optional("courtyard_id"),
        ),
        lambda: platform.rows("/v1/courtyards"),
    )
    return render_template("desk/residents/list.html", page=page, form=form, courtyards=_own(courtyards))


@pages.get("/residents/<id:resident_id>")
@access.for_roles(*_READERS)
def resident(resident_id: str) -> ResponseReturnValue:
    """One person with their homes, and what can be done for them."""
    return render_template("desk/residents/one.html", person=platform.get(f"/v1/residents/{resident_id}"))


@pages.get("/households/<id:household_id>")
@access.for_roles(*_READERS)
def household(household_id: str) -> ResponseReturnValue:
    """One household with its members, card and passbook."""
    return _household_page(household_id, Form.of_request())


@pages.route("/residents/new", methods=["GET", "POST"])
@access.for_roles(*_REGISTRARS)
def register() -> ResponseReturnValue:
    """Register a person, in a household that is there or in a new one."""
    form = Form.of_request(
        household_id=request.args.get("household_id"), courtyard_id="", tenure="tenant", since=display.today()
    )
    if form.is_sent:
        with form.sending():
            household_id = form.optional("household_id")
            if household_id is None and form.text("courtyard_id"):
                new = {"courtyard_id": form.text("courtyard_id"), "since": form.optional("since")}
                household_id = platform.post("/v1/households", new, key=f"{form.key}-household")["id"]
                form.values["household_id"] = household_id
            body: dict[str, Any] = {
                "name": form.text("name"),
                "phone": form.optional("phone"),
                "birth_year": form.number("birth_year"),
                "household_id": household_id,
                "tenure": form.optional("tenure") if household_id else None,
                "away": form.checked("away"),
                "since": form.optional("since"),
            }
            made = platform.post("/v1/residents", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已登记：%(name)s", name=form.text("name")))
            return redirect(url_for("desk_residents.resident", resident_id=made["id"]), _SEE_OTHER)
    courtyards = platform.rows("/v1/courtyards")
    return render_template("desk/residents/new.html", form=form, courtyards=_own(courtyards)), form.status


@pages.route("/residents/<id:resident_id>/edit", methods=["GET", "POST"])
@access.for_roles(*_REGISTRARS)
def correct(resident_id: str) -> ResponseReturnValue:
    """Correct somebody's name, phone number or year of birth."""
    person = platform.get(f"/v1/residents/{resident_id}")
    form = Form.of_request(name=person["name"], birth_year=str(person["birth_year"] or ""))
    if form.is_sent:
        body: dict[str, Any] = {"name": form.text("name"), "birth_year": form.number("birth_year")}
        if form.text("phone"):
            body["phone"] = form.text("phone")
        with form.sending():
            platform.put(f"/v1/residents/{resident_id}", body)
        if form.is_accepted:
            flash(gettext("已更正"))
            return redirect(url_for("desk_residents.resident", resident_id=resident_id), _SEE_OTHER)
    return render_template("desk/residents/edit.html", form=form, person=person), form.status


@pages.route("/residents/<id:resident_id>/move", methods=["GET", "POST"])
@access.for_roles(*_REGISTRARS)
def move(resident_id: str) -> ResponseReturnValue:
    """Move a person or their household from a day on: to another courtyard, or away from the community."""
    form = Form.of_request(on=display.today(), whole="household")
    person, courtyards = platform.together(
        lambda: platform.get(f"/v1/residents/{resident_id}"), lambda: platform.rows("/v1/courtyards")
    )
    if form.is_sent:
        courtyard_id = form.optional("courtyard_id")
        body = {
            "on": form.text("on"),
            "to": {"courtyard_id": courtyard_id} if courtyard_id else {"left_community": True},
            "whole_household": form.text("whole") == "household",
        }
        with form.sending({"/to/courtyard_id": "courtyard_id"}):
            platform.post(f"/v1/residents/{resident_id}/moves", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已记录搬迁"))
            return redirect(url_for("desk_residents.resident", resident_id=resident_id), _SEE_OTHER)
    shown = render_template("desk/residents/move.html", form=form, person=person, courtyards=courtyards)
    return shown, form.status


@pages.post("/residents/<id:resident_id>/invitation")
@access.for_roles(*_HELPERS)
def invite(resident_id: str) -> ResponseReturnValue:
    """Show a code, once, by which a person binds their WeChat account."""
    form = Form.of_request()
    made = None
    with form.sending():
        made = platform.post(f"/v1/residents/{resident_id}/invitations", key=form.key)
    person = platform.get(f"/v1/residents/{resident_id}")
    return render_template("desk/residents/one.html", person=person, form=form, invitation=made), form.status


@pages.post("/households/<id:household_id>/card")
@access.for_roles(*_HELPERS)
def issue_card(household_id: str) -> ResponseReturnValue:
    """Issue a card and show its PIN, once; the earlier card is void."""
    form = Form.of_request()
    card = None
    with form.sending():
        card = platform.post(f"/v1/households/{household_id}/cards", key=form.key)
    return _household_page(household_id, form, card)


@pages.post("/households/<id:household_id>/card/activation")
@access.for_roles(*_HELPERS)
def activate_card(household_id: str) -> ResponseReturnValue:
    """Confirm, as a second person, that the household has its new card and its PIN."""
    form = Form.of_request()
    with form.sending():
        platform.post(
            f"/v1/households/{household_id}/cards/current/activation",
            {"issued_at": form.text("issued_at")},
            key=form.key,
        )
    if form.is_accepted:
        flash(gettext("户码卡已启用"))
        return redirect(url_for("desk_residents.household", household_id=household_id), _SEE_OTHER)
    return _household_page(household_id, form)


@pages.post("/households/<id:household_id>/card/void")
@access.for_roles(*_HELPERS)
def void_card(household_id: str) -> ResponseReturnValue:
    """Void a lost card."""
    form = Form.of_request()
    with form.sending():
        platform.delete(f"/v1/households/{household_id}/cards/current", key=form.key)
    if form.is_accepted:
        flash(gettext("户码卡已作废"))
        return redirect(url_for("desk_residents.household", household_id=household_id), _SEE_OTHER)
    return _household_page(household_id, form)


@pages.get("/households/<id:household_id>/card.pdf")
@access.for_roles(*_HELPERS)
def print_card(household_id: str) -> Response:
    """The card to print, without its PIN."""
    return platform.download(f"/v1/households/{household_id}/card.pdf")


@pages.route("/households/<id:household_id>/split", methods=["GET", "POST"])
@access.for_roles(*_REGISTRARS)
def split(household_id: str) -> ResponseReturnValue:
    """Make some members a household of their own, with a new passbook."""
    form = Form.of_request(on=display.today())
    if form.is_sent:
        body = {"on": form.text("on"), "resident_ids": form.chosen("resident_ids")}
        with form.sending():
            made = platform.post(f"/v1/households/{household_id}/split", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已分户"))
            return redirect(url_for("desk_residents.household", household_id=made["id"]), _SEE_OTHER)
    shown = platform.get(f"/v1/households/{household_id}")
    return render_template("desk/residents/split.html", form=form, household=shown), form.status


@pages.route("/households/<id:household_id>/merge", methods=["GET", "POST"])
@access.for_roles(*_REGISTRARS)
def merge(household_id: str) -> ResponseReturnValue:
    """Merge a household into another of its courtyard, which gets the spendable points."""
    form = Form.of_request(on=display.today())
    if form.is_sent:
        body = {"on": form.text("on"), "into_household_id": form.text("into_household_id")}
        with form.sending():
            platform.post(f"/v1/households/{household_id}/merge", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已并户"))
            return redirect(
                url_for("desk_residents.household", household_id=form.text("into_household_id")), _SEE_OTHER
            )
    shown = platform.get(f"/v1/households/{household_id}")
    others = platform.rows("/v1/households", courtyard_id=shown["courtyard_id"]) if shown["courtyard_id"] else []
    choices = [(other["id"], other["code"]) for other in others if other["id"] != household_id]
    return render_template("desk/residents/merge.html", form=form, household=shown, choices=choices), form.status


def _household_page(household_id: str, form: Form, card: dict[str, Any] | None = None) -> tuple[str, int]:
    shown, book = platform.together(
        lambda: platform.get(f"/v1/households/{household_id}"), lambda: _passbook(household_id)
    )
    return render_template(
        "desk/residents/household.html", form=form, household=shown, book=book, card=card
    ), form.status


def _passbook(household_id: str) -> dict[str, Any] | None:
    """Return the household's passbook; None before its first entry."""
    try:
        return platform.get(f"/v1/passbooks/{household_id}")
    except platform.ApiError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise


def _own(courtyards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the courtyards that a head or a grid officer is responsible for; all of them for other roles."""
    if access.held_roles() - {"head", "grid_officer"}:
        return courtyards
    scopes = {*access.scopes("head"), *access.scopes("grid_officer")}
    return [each for each in courtyards if each["id"] in scopes or each["grid_id"] in scopes]
