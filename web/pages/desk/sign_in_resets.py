"""Resetting how a person signs in: by the committee for residents and heads, by the platform for staff (R4)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.converters import IdConverter
from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_sign_in_resets", __name__)
MENU = (
    MenuEntry(
        title=_("登录重置"),
        endpoint="desk_sign_in_resets.choose_person",
        section="people",
        roles=("committee",),
        order=84,
    ),
    MenuEntry(
        title=_("职务人员登录重置"),
        endpoint="desk_sign_in_resets.enter_id",
        section="platform",
        roles=("platform",),
        order=20,
    ),
)


@pages.get("/sign-in-resets/")
@access.for_roles("committee")
def choose_person() -> ResponseReturnValue:
    """Find the person, by a part of their name or by their whole phone number."""
    searched = request.args.get("who", "").strip()
    is_phone = searched.lstrip("+").isdigit()
    page = platform.page("/v1/residents", **{"phone" if is_phone else "name": searched}) if searched else None
    return render_template("desk/sign_in_resets/choose.html", searched=searched, page=page)


@pages.route("/sign-in-resets/<id:person_id>", methods=["GET", "POST"])
@access.for_roles("committee")
def reset(person_id: str) -> ResponseReturnValue:
    """Reset how a resident or a head signs in."""
    form = Form.of_request()
    person = platform.get(f"/v1/residents/{person_id}")
    if form.is_sent and _is_reset(form, person_id):
        return redirect(url_for("desk_sign_in_resets.choose_person"), HTTPStatus.SEE_OTHER)
    return render_template("desk/sign_in_resets/reset.html", form=form, person=person), form.status


@pages.route("/sign-in-resets/staff", methods=["GET", "POST"])
@access.for_roles("platform")
def enter_id() -> ResponseReturnValue:
    """Reset how somebody with an office signs in, in any community. The committee names their id."""
    form = Form.of_request()
    if form.is_sent and not IdConverter.matches(form.text("person_id")):
        form.refuse(gettext("编号不对，请照社区给的抄写，例如 per_01kb…"), "person_id")
    elif form.is_sent and _is_reset(form, form.text("person_id")):
        return redirect(url_for("desk_sign_in_resets.enter_id"), HTTPStatus.SEE_OTHER)
    return render_template("desk/sign_in_resets/reset.html", form=form, person=None), form.status


def _is_reset(form: Form, person_id: str) -> bool:
    """Send the reset, and return whether it was accepted."""
    body = {"reason": form.text("reason")}
    if password := form.values.get("password"):
        body["password"] = password
    with form.sending():
        answer = platform.post(f"/v1/residents/{person_id}/sign-in-reset", body, key=form.key)
    if form.is_accepted:
        flash(_outcome(answer))
    return form.is_accepted


def _outcome(answer: dict[str, Any]) -> str:
    """Return what became of a reset that was accepted."""
    if answer["state"] == "done":
        return gettext("已重置，本人会看到是谁、为什么")
    if answer["takes_effect_at"] is None:
        return gettext("已申请。社区党委或支部批准后重置，本人也可以终止")
    effective = display.moment(answer["takes_effect_at"])
    return gettext("已申请，%(at)s重置，批准后提前。本人也可以终止", at=effective)
