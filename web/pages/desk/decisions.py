"""The record of office decisions, and who gained by whose decisions (R4, R12, R15)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.desk import access, community_settings, display, platform
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_decisions", __name__)
MENU = (
    MenuEntry(
        title=_("职务决定记录"),
        endpoint="desk_decisions.decisions",
        section="office",
        roles=("head", "grid_officer", *access.GROUP, "branch", "committee"),
        order=80,
    ),
    MenuEntry(
        title=_("利益关系报告"),
        endpoint="desk_decisions.self_dealing",
        section="office",
        roles=("branch", "committee"),
        order=85,
    ),
)
KINDS = {
    "appointed": _("任命"),
    "appointment_ended": _("结束任命"),
    "settings_changed": _("改了规则"),
    "proposal_made": _("提出提议"),
    "proposal_decided": _("答复提议"),
    "score_adjusted": _("审核时调分"),
    "correction_proposed": _("提出更正"),
    "correction_confirmed": _("确认更正"),
    "correction_refused": _("不确认更正"),
    "rulebook_adopted": _("采用新细则"),
    "reward_changed": _("改了兑换品"),
    "reward_proposed": _("提出价格"),
    "reward_approved": _("批准价格"),
    "reward_refused": _("不批准价格"),
    "spending_wait_opened": _("新成员开始等候"),
    "spending_wait_ruled": _("裁定花分争议"),
    "daily_limit_approached": _("接近每天上限"),
}
"""Kinds of decisions with their titles; a newer kind is shown by its code."""
_GAINS = 100
"""Lines of the report, as many as the API gives at once: those with the most points come first."""


@pages.get("/office-decisions/")
@access.for_roles("head", "grid_officer", *access.GROUP, "branch", "committee")
def decisions() -> ResponseReturnValue:
    """What offices decided, newest first."""
    kind = request.args.get("kind")
    page = platform.page("/v1/office-decisions", kind=kind if kind in KINDS else None)
    rows = [{**each, "what": _what(each)} for each in page["data"]]
    return render_template("desk/decisions/list.html", page=page, rows=rows, kinds=KINDS, kind=kind)


@pages.get("/self-dealing-report/")
@access.for_roles("branch", "committee")
def self_dealing() -> ResponseReturnValue:
    """Who gained by whose decisions over the whole history."""
    gains = platform.get("/v1/self-dealing-report", limit=_GAINS)["data"]
    accounts = sorted({each["account_id"] for each in gains})
    found = platform.together(*(lambda account=account: _owner(account) for account in accounts))
    return render_template(
        "desk/decisions/self_dealing.html", gains=gains, owners=dict(zip(accounts, found, strict=True))
    )


def _what(decision: dict[str, Any]) -> str:
    """Return what a decision was, in words; facts that this page does not know are left out."""
    facts, name = decision["facts"], decision.get("person_name") or ""
    parts = [name] if name else []
    if role := facts.get("role"):
        parts.append(display.role(role))
    settings = facts.get("settings") or {}
    if isinstance(settings, dict):
        parts += [
            f"{community_settings.title(each)}：{community_settings.value_text(each, settings[each])}"
            for each in settings
        ]
    else:
        parts += [community_settings.title(each) for each in settings]
    if "score" in facts:
        parts.append(gettext("细则 %(score)s 分，批准 %(points)s 分", score=facts["score"], points=facts["points"]))
    if "corrected_to" in facts:
        difference = f"{facts['points']:+d}"
        parts.append(gettext("改为 %(to)s 分（%(by)s）", to=facts["corrected_to"], by=difference))
    if "effective_from" in facts:
        from_day = display.day(facts["effective_from"])
        parts.append(gettext("第 %(version)s 版，从%(day)s起", version=facts["version"], day=from_day))
    if "name" in facts and "points" in facts:
        parts += [str(facts["name"]), _price(facts.get("points_before"), facts["points"])]
    if "approved" in facts:
        parts.append(gettext("批准") if facts["approved"] else gettext("不批准"))
    if "allowed" in facts:
        parts.append(gettext("可以花") if facts["allowed"] else gettext("不可以花"))
    return gettext("，").join(parts)


def _price(before: int | None, after: int) -> str:
    if before is None or before == after:
        return gettext("%(points)s 分", points=after)
    return gettext("%(before)s 分改为 %(after)s 分", before=before, after=after)


def _owner(account_id: str) -> str:
    """Return whose book an account is, as the caller may read it."""
    kind = "households" if account_id.startswith("hou_") else "residents"
    try:
        owner = platform.get(f"/v1/{kind}/{account_id}")
    except platform.ApiError as error:
        if error.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            raise
        return gettext("无权查看")
    return str(owner.get("name") or owner.get("code") or gettext("无权查看"))
