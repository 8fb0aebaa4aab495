"""Who is signed in at the desk, and which roles a page is for.

The platform decides what somebody may do. A page asks for roles so that it can say what it is, instead of showing an
empty list.
"""

import functools
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, ParamSpec, cast

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import platform
from web.desk.callers import KnownCallers
from web.desk.forms import RESUMED, typed_fields
from web.languages import later as _

P = ParamSpec("P")
GROUP = ("working_group", "working_group_chair")
ROLES = {
    "head": _("院长"),
    "grid_officer": _("网格员"),
    "working_group_chair": _("工作小组组长"),
    "working_group": _("工作小组"),
    "branch": _("小区党支部"),
    "committee": _("社区党委"),
    "merchant_operator": _("商户经办人"),
    "platform": _("平台管理员"),
}
"""Roles with their titles, as `GET /v1/me` names them."""


class WrongRole(Exception):
    """The page is for other roles than the caller's."""

    def __init__(self, roles: Iterable[str]) -> None:
        self.roles = tuple(roles)


def for_roles(*roles: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let only the given roles open a page; nobody else, and nobody who is not signed in."""

    def guarded(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def page(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if platform.is_limited():
                return redirect(url_for("desk.second_factor"))
            if not held_roles().intersection(roles):
                raise WrongRole(roles)
            return view(*args, **kwargs)

        return page

    return guarded


def me() -> dict[str, Any]:
    """Return who is signed in, as `GET /v1/me` answered in the last half minute (`web.desk.callers`)."""
    if "me" not in g:
        callers: KnownCallers = current_app.extensions["callers"]
        known = callers.get(platform.token()) if platform.token() else None
        if known is None:
            known = platform.get("/v1/me")
            callers.put(platform.token(), known)
        g.me = known
    return cast("dict[str, Any]", g.me)


def shown_me() -> dict[str, Any] | None:
    """Return who is signed in for the head of a page; None if that cannot be said, so that errors have a page too."""
    try:
        return me()
    except (platform.ApiError, platform.SessionOver):
        return None


def held_roles() -> set[str]:
    """Return the roles of who is signed in."""
    return {seat["role"] for seat in me()["roles"]}


def holds(*roles: str) -> bool:
    """Return whether who is signed in has one of the roles."""
    return not held_roles().isdisjoint(roles)


def scopes(role: str) -> list[str]:
    """Return where somebody holds a role: a head's courtyards, an officer's grids."""
    return [seat["scope_id"] for seat in me()["roles"] if seat["role"] == role]


def wrong_role_page(error: WrongRole) -> tuple[str, int]:
    """Return a page that says whom the page is for."""
    return render_template("desk/wrong_role.html", roles=error.roles), HTTPStatus.FORBIDDEN


def session_over_page(error: platform.SessionOver) -> ResponseReturnValue:
    """Ask to sign in, and bring the caller back to their page, with what they had typed."""
    if request.method == "GET":
        address = request.full_path if request.query_string else request.path
        return navigated(url_for("desk.sign_in", next=address))
    return (
        render_template(
            "desk/sign_in_again.html",
            back_to=request.path,
            typed=[*typed_fields(), (RESUMED, "1")],
            has_files=any(file.filename for file in request.files.values()),
        ),
        HTTPStatus.UNAUTHORIZED,
    )


def navigated(address: str, code: int = HTTPStatus.FOUND) -> ResponseReturnValue:
    """Send the whole window to an address, also from a request of htmx, which would show the page in a part of one."""
    if "HX-Request" in request.headers:
        return "", HTTPStatus.OK, {"HX-Redirect": address}
    return redirect(address, code)
