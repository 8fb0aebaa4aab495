"""Appointments, looser settings and what is proposed about people, for somebody of another office (R4)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, community_settings, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.desk.second_person import send_decision
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_proposals", __name__)
_READERS = (*access.GROUP, "branch", "committee", "platform")
_DECIDERS = ("branch", "committee", "platform")
_DECIDERS_ON_THE_COMMUNITY = ("branch", "platform")
_ABOUT_PEOPLE = ("reset", "binding", "erasure")
"""What names the offices of which one decides."""
MENU = (
    MenuEntry(
        title=_("待批提议"),
        endpoint="desk_proposals.proposals",
        section="office",
        roles=(*access.GROUP, "branch", "committee"),
        order=20,
    ),
)
STATES = {"open": _("待批准"), "approved": _("已批准，未生效"), "applied": _("已生效"), "refused": _("未批准")}
"""States of a proposal with their titles."""


@pages.get("/proposals/")
@access.for_roles(*_READERS)
def proposals() -> ResponseReturnValue:
    """The proposals of the caller's community."""
    return _page(access.me()["community"]["id"], Form.empty())


@pages.get("/communities/<id:community_id>/proposals/")
@access.for_roles("platform")
def proposals_of(community_id: str) -> ResponseReturnValue:
    """The proposals of a community, for the platform's administrators."""
    return _page(community_id, Form.empty())


@pages.post("/communities/<id:community_id>/proposals/<id:proposal_id>")
@access.for_roles(*_DECIDERS)
def decide(community_id: str, proposal_id: str) -> ResponseReturnValue:
    """Approve or refuse a proposal."""
    form, decided = send_decision(f"/v1/communities/{community_id}/proposals/{proposal_id}", proposal_id)
    if decided:
        flash(gettext("提议：%(state)s", state=gettext(STATES[decided["state"]])))
        return redirect(_address(community_id), HTTPStatus.SEE_OTHER)
    return _page(community_id, form, proposal_id)


def _page(community_id: str, form: Form, answered: str | None = None) -> tuple[str, int]:
    state = request.args.get("state", "open")
    page = platform.page(f"/v1/communities/{community_id}/proposals", state=state if state in STATES else None)
    shown = render_template(
        "desk/proposals/list.html",
        page=page,
        forms={each["id"]: form if each["id"] == answered else Form.empty() for each in page["data"]},
        states=STATES,
        state=state,
        community_id=community_id,
        address=_address(community_id),
        names=_names(page["data"]),
        settings=_settings(community_id, page["data"]),
        texts=community_settings,
        decidable={each["id"] for each in page["data"] if _may_decide(each)},
    )
    return shown, form.status


def _may_decide(proposal: dict[str, Any]) -> bool:
    """Return whether an office of the caller decides on such a proposal."""
    about = next((proposal[kind] for kind in _ABOUT_PEOPLE if proposal[kind]), None)
    return not access.held_roles().isdisjoint(about["approved_by_roles"] if about else _DECIDERS_ON_THE_COMMUNITY)


def _address(community_id: str) -> str:
    is_own = community_id == access.me()["community"]["id"]
    return (
        url_for("desk_proposals.proposals")
        if is_own
        else url_for("desk_proposals.proposals_of", community_id=community_id)
    )


def _names(proposed: list[dict[str, Any]]) -> dict[str, str]:
    """Return the names of people and the codes of households in proposals, of those whom the caller may read, by id."""
    people = {each[kind]["person_id"] for each in proposed for kind in ("appointment", *_ABOUT_PEOPLE) if each[kind]}
    merges = [each["merge"] for each in proposed if each["merge"]]
    households = {merge[side] for merge in merges for side in ("household_id", "into_household_id")}
    paths = {each: f"/v1/residents/{each}" for each in people} | {each: f"/v1/households/{each}" for each in households}
    found = platform.together(*(lambda path=path: _readable(path) for path in paths.values()))
    return {each: read.get("name") or read["code"] for each, read in zip(paths, found, strict=True) if read}


def _settings(community_id: str, proposed: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the settings in force, to show beside those that are to change; empty for those who may not read them."""
    is_needed = any(each["settings"] for each in proposed) and "committee" in access.held_roles()
    return (_readable(f"/v1/communities/{community_id}/settings") or {}) if is_needed else {}


def _readable(path: str) -> dict[str, Any] | None:
    try:
        return platform.get(path)
    except platform.ApiError as error:
        if error.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            raise
        return None
