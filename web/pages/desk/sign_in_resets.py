"""Resetting how a person signs in: by the committee for residents and heads, by the platform for staff (R4)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.converters import IdConverter
from web.desk import access, platform
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
        platform.post(f"/v1/residents/{person_id}/sign-in-reset", body, key=form.key)
    if form.is_accepted:
        flash(gettext("已重置，本人会看到是谁、为什么"))
    return form.is_accepted
