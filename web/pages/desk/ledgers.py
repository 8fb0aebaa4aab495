"""Ledgers: a courtyard's month day by day, the community's courtyard by courtyard, and both as Excel (R9, R22)."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.menu import MenuEntry
from web.languages import later as _

pages = Blueprint("desk_ledgers", __name__)
_OVERSIGHT = (*access.GROUP, "branch", "committee")
_READERS = ("head", "grid_officer", *_OVERSIGHT)
MENU = (MenuEntry(title=_("台账"), endpoint="desk_ledgers.ledgers", section="points", roles=_READERS, order=30),)
KINDS = {"credit": _("计入"), "reversal": _("更正")}
"""Records of a ledger, with titles."""


@pages.get("/ledgers/")
@access.for_roles(*_READERS)
def ledgers() -> ResponseReturnValue:
    """The community's ledger for those who oversee it, else a choice of the courtyards one is responsible for."""
    if access.holds(*_OVERSIGHT):
        shown = platform.page("/v1/ledgers/community", period=_month())
        return render_template("desk/ledgers/community.html", ledger=shown, kinds=KINDS)
    scopes = {*access.scopes("head"), *access.scopes("grid_officer")}
    courtyards = [each for each in platform.rows("/v1/courtyards") if {each["id"], each["grid_id"]} & scopes]
    return render_template("desk/ledgers/choose.html", courtyards=courtyards)


@pages.get("/ledgers/<id:courtyard_id>")
@access.for_roles(*_READERS)
def courtyard(courtyard_id: str) -> ResponseReturnValue:
    """A courtyard's month with its records."""
    shown = platform.page(f"/v1/ledgers/courtyards/{courtyard_id}", period=_month())
    return render_template("desk/ledgers/courtyard.html", ledger=shown, kinds=KINDS)


@pages.get("/ledgers/community.xlsx")
@access.for_roles(*_OVERSIGHT)
def community_workbook() -> ResponseReturnValue:
    """All records of the community's month as a workbook."""
    return platform.download("/v1/ledgers/community", period=_month(), format="xlsx")


@pages.get("/ledgers/<id:courtyard_id>.xlsx")
@access.for_roles(*_READERS)
def courtyard_workbook(courtyard_id: str) -> ResponseReturnValue:
    """All records of a courtyard's month as a workbook."""
    return platform.download(f"/v1/ledgers/courtyards/{courtyard_id}", period=_month(), format="xlsx")


def _month() -> str | None:
    return request.args.get("period") or None
