"""Consents that people gave on paper, recorded for them (R42)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_consents", __name__)
_RECORDERS = ("head", "grid_officer", "committee")
PURPOSES = {
    "scheme": _("参加积分，为此保存个人信息"),
    "public_name": _("在公示名单上显示遮盖后的姓名"),
    "photos": _("用照片作证明"),
}
"""What people decide about, with titles."""


@pages.route("/residents/<id:resident_id>/consents", methods=["GET", "POST"])
@access.for_roles(*_RECORDERS)
def consents(resident_id: str) -> ResponseReturnValue:
    """Somebody's decisions, and one form for each that they gave on paper."""
    path = f"/v1/residents/{resident_id}"
    form = Form.of_request()
    if form.is_sent and form.text("purpose") in PURPOSES:
        decision = {"given": form.text("given") == "yes", "guardian_id": form.optional("guardian_id")}
        with form.sending():
            platform.put(f"{path}/consents/{form.text('purpose')}", decision, key=form.key)
        if form.is_accepted:
            flash(gettext("已记下"))
            return redirect(url_for("desk_consents.consents", resident_id=resident_id), HTTPStatus.SEE_OTHER)
    person, given = platform.together(lambda: platform.get(path), lambda: platform.get(f"{path}/consents"))
    page = render_template(
        "desk/consents/list.html",
        person=person,
        consents=given,
        guardians=_guardians(person) if given["guardian_needed"] else [],
        purposes=PURPOSES,
        form=form,
        empty_form=Form.empty(),
    )
    return page, form.status


def _guardians(person: dict[str, str | None]) -> list[tuple[str, str]]:
    """Return the other members of a child's household, who may decide for it if they are of age."""
    if not person["household_id"]:
        return []
    members = platform.get(f"/v1/households/{person['household_id']}")["members"]
    return [(each["id"], each["name"]) for each in members if each["id"] != person["id"]]
