"""Who holds which office, appointing people and ending appointments (R4)."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.policy import OFFICES, Policy
from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_appointments", __name__)
MENU = (
    MenuEntry(
        title=_("任职"), endpoint="desk_appointments.appointments", section="office", roles=("committee",), order=15
    ),
)
_SCOPES = {"head": "courtyard", "grid_officer": "grid", "merchant_operator": "merchant"}
"""Roles that are held in a part of the community, with the field that names the part."""
_ROLES = tuple(role for role in access.ROLES if role != "platform")


@dataclass(frozen=True)
class Office:
    """A role that somebody may be appointed to; `conflicts` are offices they hold that it does not go with."""

    role: str
    title: str
    needs_approval: bool
    conflicts: tuple[str, ...]


@pages.get("/appointments/")
@access.for_roles("committee")
def appointments() -> ResponseReturnValue:
    """List appointments: those of today, or all that ever were."""
    role = request.args.get("role")
    on = None if "all" in request.args else display.today()
    page = platform.page("/v1/appointments", role=role if role in _ROLES else None, on=on)
    return render_template(
        "desk/appointments/list.html", page=page, roles=_ROLES, role=role, is_all=on is None, places=_places()
    )


@pages.get("/appointments/new")
@access.for_roles("committee")
def choose_person() -> ResponseReturnValue:
    """Find the person to appoint, by a part of their name or by their whole phone number."""
    searched = request.args.get("who", "").strip()
    is_phone = searched.lstrip("+").isdigit()
    page = platform.page("/v1/residents", **{"phone" if is_phone else "name": searched}) if searched else None
    return render_template("desk/appointments/choose.html", searched=searched, page=page)


@pages.route("/appointments/new/<id:person_id>", methods=["GET", "POST"])
@access.for_roles("committee")
def appoint(person_id: str) -> ResponseReturnValue:
    """Appoint a person. The offices that do not go with those they hold are shown before they are refused."""
    community_id = access.me()["community"]["id"]
    person, held, settings, places = platform.together(
        lambda: platform.get(f"/v1/residents/{person_id}"),
        lambda: platform.rows("/v1/appointments", person_id=person_id, on=display.today()),
        lambda: platform.get(f"/v1/communities/{community_id}/settings"),
        _places,
    )
    form = Form.of_request(since=display.today())
    if form.is_sent:
        role = form.text("role")
        body = {
            "person_id": person_id,
            "role": role,
            "scope_id": form.optional(_SCOPES[role]) if role in _SCOPES else None,
        }
        body |= {"since": form.optional("since"), "until": form.optional("until")}
        with form.sending({"/scope_id": _SCOPES.get(role, "role")}):
            made = platform.post("/v1/appointments", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已提出任命，等党支部或平台批准") if made["proposal_id"] else gettext("已任命"))
            return redirect(url_for("desk_appointments.appointments"), HTTPStatus.SEE_OTHER)
    shown = render_template(
        "desk/appointments/appoint.html",
        form=form,
        person=person,
        held=held,
        offices=_offices(Policy.of(settings), [each["role"] for each in held]),
        places=places,
    )
    return shown, form.status


@pages.route("/appointments/<id:appointment_id>/end", methods=["GET", "POST"])
@access.for_roles("committee")
def end(appointment_id: str) -> ResponseReturnValue:
    """End an appointment on a day."""
    form = Form.of_request(on=display.today())
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/appointments/{appointment_id}/end", {"on": form.optional("on")}, key=form.key)
        if form.is_accepted:
            flash(gettext("任职已结束"))
            return redirect(url_for("desk_appointments.appointments"), HTTPStatus.SEE_OTHER)
    return render_template("desk/appointments/end.html", form=form, who=request.args.get("who", "")), form.status


def _offices(policy: Policy, held: list[str]) -> list[Office]:
    return [
        Office(
            role=role,
            title=display.role(role),
            needs_approval=role in OFFICES,
            conflicts=tuple(display.role(each) for each in dict.fromkeys(held) if policy.incompatible(role, each)),
        )
        for role in _ROLES
    ]


def _places() -> dict[str, dict[str, str]]:
    """Return the titles of courtyards, grids and merchants by id, for each kind."""
    courtyards, merchants = platform.together(
        lambda: platform.rows("/v1/courtyards"), lambda: platform.rows("/v1/merchants")
    )
    return {
        "courtyard": {each["id"]: gettext("%(number)s 号院", number=each["number"]) for each in courtyards},
        "grid": {each["grid_id"]: each["grid_name"] for each in courtyards},
        "merchant": {each["id"]: each["name"] for each in merchants},
    }
