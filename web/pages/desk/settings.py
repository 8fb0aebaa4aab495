"""The community's settings: what each does, its bounds, and what waits for approval (R4)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from contracts.policy import INCOMPATIBLE_OFFICES
from web.desk import access, community_settings, display, platform
from web.desk.community_settings import EXPIRIES, SETTINGS, Setting
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_settings", __name__)
MENU = (
    MenuEntry(title=_("社区规则"), endpoint="desk_settings.settings", section="office", roles=("committee",), order=10),
)


@pages.route("/settings/", methods=["GET", "POST"])
@access.for_roles("committee")
def settings() -> ResponseReturnValue:
    """Every setting in one form. A change that loosens a guard becomes a proposal, the whole of it."""
    path = f"/v1/communities/{access.me()['community']['id']}/settings"
    current = platform.get(path)
    form = Form.of_request(**{name: _field_value(SETTINGS[name], current[name]) for name in SETTINGS})
    if form.is_sent:
        typed = _typed(form)
        if form.is_accepted:
            with form.sending():
                chosen = platform.put(path, current | typed, key=form.key)
        if form.is_accepted:
            return _saved(chosen["proposal_id"])
        _gather_errors(form)
    shown = render_template(
        "desk/settings/form.html",
        form=form,
        current=current,
        groups=community_settings.GROUPS,
        by_group=community_settings.by_group(),
        choices={
            name: [(value, gettext(title)) for value, title in titles.items()]
            for name, titles in community_settings.CHOICES.items()
        },
        pairs=[(_pair_value(pair), " + ".join(map(display.role, pair))) for pair in sorted(INCOMPATIBLE_OFFICES)],
    )
    return shown, form.status


def _saved(proposal_id: str | None) -> ResponseReturnValue:
    if proposal_id:
        flash(gettext("这次改动放松了规则，已作为提议提交，由党支部或平台批准"))
        return redirect(url_for("desk_proposals.proposals"), HTTPStatus.SEE_OTHER)
    flash(gettext("已保存，现在起生效"))
    return redirect(url_for("desk_settings.settings"), HTTPStatus.SEE_OTHER)


def _field_value(setting: Setting, value: Any) -> str | list[str] | None:
    """Return what the field of a setting contains for a value."""
    if setting.kind == "switch":
        return "yes" if value else None
    if setting.kind == "ranks":
        return "\n".join(f"{rank} {points}" for rank, points in value)
    if setting.kind == "pairs":
        return [_pair_value(pair) for pair in value]
    if setting.kind == "expiry" and value in EXPIRIES:
        return gettext(EXPIRIES[value])
    return str(value).removesuffix(".0")


def _pair_value(pair: Any) -> str:
    return "+".join(sorted(pair))


def _typed(form: Form) -> dict[str, Any]:
    """Return the settings as typed. Note in the form what is no list of ranks."""
    return {name: _value(form, setting) for name, setting in SETTINGS.items()}


def _value(form: Form, setting: Setting) -> Any:
    match setting.kind:
        case "switch":
            return form.checked(setting.name)
        case "pairs":
            return [pair.split("+") for pair in form.chosen(setting.name)]
        case "ranks":
            return _ranks(form, setting.name)
        case "number":
            return _number(form, setting.name)
        case "expiry":
            typed = form.text(setting.name)
            return next((code for code, title in EXPIRIES.items() if typed in (title, gettext(title))), typed)
    return form.text(setting.name)


def _number(form: Form, name: str) -> float | int | str | None:
    whole = form.number(name)
    if not isinstance(whole, str):
        return whole
    try:
        return float(whole)
    except ValueError:
        return whole


def _ranks(form: Form, name: str) -> list[list[int]]:
    lines = [line.split() for line in form.text(name).splitlines() if line.strip()]
    if any(len(line) != 2 or not all(part.isascii() and part.isdigit() for part in line) for line in lines):
        form.refuse(gettext("每行写两个数：最后一名的名次和得分，中间空一格"), name)
        return []
    return [[int(rank), int(points)] for rank, points in lines]


def _gather_errors(form: Form) -> None:
    """Show what is wrong within a list at the field of the list."""
    for name, detail in list(form.errors.items()):
        form.errors.setdefault(name.partition(".")[0], detail)
        if "." in name:
            del form.errors[name]
