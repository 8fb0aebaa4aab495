"""New rewards and changed prices that wait for another person (R25)."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.desk.second_person import send_decision
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_reward_proposals", __name__)
_MANAGERS = (*access.GROUP, "committee")
MENU = (
    MenuEntry(
        title=_("待批价格"),
        endpoint="desk_reward_proposals.proposals",
        section="rewards",
        roles=_MANAGERS,
        order=60,
    ),
)
STATES = {"open": _("待批准"), "approved": _("已批准"), "refused": _("未批准"), "replaced": _("已被新的提议取代")}
TERMS = {
    "name": _("名称"),
    "description": _("说明"),
    "points": _("分值"),
    "stock": _("数量"),
    "starts_on": _("从哪一天起"),
    "ends_on": _("到哪一天为止"),
    "limit_per_household": _("每户限量"),
    "limit_per_person": _("每人限量"),
    "merchant_ids": _("商户"),
    "listed": _("上架"),
}
"""Terms of a reward with their titles; others are shown by their names."""


@pages.get("/reward-proposals/")
@access.for_roles(*_MANAGERS)
def proposals() -> ResponseReturnValue:
    """List proposals of one state, by default those that wait."""
    return _page(Form.empty())


@pages.post("/reward-proposals/<id:proposal_id>")
@access.for_roles(*_MANAGERS)
def decide(proposal_id: str) -> ResponseReturnValue:
    """Approve or refuse what somebody else proposed."""
    form, decided = send_decision(f"/v1/reward-proposals/{proposal_id}", proposal_id)
    if decided:
        flash(gettext("提议：%(state)s", state=gettext(STATES[decided["state"]])))
        return redirect(url_for("desk_reward_proposals.proposals"), HTTPStatus.SEE_OTHER)
    return _page(form, proposal_id)


def _page(form: Form, answered: str | None = None) -> tuple[str, int]:
    state = request.args.get("state", "open")
    page = platform.page("/v1/reward-proposals", state=state if state in STATES else None)
    shown = render_template(
        "desk/reward_proposals/list.html",
        page=page,
        forms={each["id"]: form if each["id"] == answered else Form.empty() for each in page["data"]},
        state=state,
        states=STATES,
        terms=TERMS,
        person_id=access.me()["person"]["id"],
    )
    return shown, form.status
