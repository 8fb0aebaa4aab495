"""Announcements: drafting, sending, withdrawing, and which households know of them (R34, R36)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web import words
from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_announcements", __name__)
_SENDERS = ("head", "grid_officer", *access.GROUP, "branch", "committee")
_OFFICES = frozenset({*access.GROUP, "branch", "committee"})
MENU = (
    MenuEntry(
        title=_("公告"), endpoint="desk_announcements.announcements", section="together", roles=_SENDERS, order=10
    ),
)
STATES = {
    "draft": (_("草稿"), "plain"),
    "scheduled": (_("定时发送"), "wait"),
    "sent": (_("已发送"), "good"),
    "withdrawn": (_("已撤下"), "bad"),
}
"""States of an announcement, each with its title and the kind of its badge."""
PROOFS = {
    "opened": _("打开过消息"),
    "acknowledged": _("点了“我知道了”"),
    "told": _("当面告知"),
    "card_scanned": _("扫了户码卡"),
    "slip_returned": _("交回回执"),
}
VISITS = ("told", "slip_returned")
"""Proofs that are recorded by choosing households; cards are scanned in the app."""
_UNSENT = ("draft", "scheduled")


@pages.get("/announcements/")
@access.for_roles(*_SENDERS)
def announcements() -> ResponseReturnValue:
    """List announcements, newest first, of one state or all."""
    state = request.args.get("state", "")
    page = platform.page("/v1/announcements", state=state if state in STATES else None)
    return render_template(
        "desk/announcements/list.html", page=page, state=state, states=STATES, kinds=words.ANNOUNCEMENTS
    )


@pages.route("/announcements/new", methods=["GET", "POST"])
@access.for_roles(*_SENDERS)
def draft() -> ResponseReturnValue:
    """Draft an announcement; nobody else reads it before it is sent."""
    form = Form.of_request(kind="notice", public="yes", corrects_id=request.args.get("corrects", ""))
    if form.is_sent:
        with form.sending():
            made = platform.post("/v1/announcements", _content(form), key=form.key)
        if form.is_accepted:
            return _to(made["id"], gettext("已存为草稿，还没有发送"))
    return _content_page(form, None)


@pages.route("/announcements/<id:announcement_id>/edit", methods=["GET", "POST"])
@access.for_roles(*_SENDERS)
def edit(announcement_id: str) -> ResponseReturnValue:
    """Change an announcement that is not sent yet."""
    shown = platform.get(f"/v1/announcements/{announcement_id}")
    form = Form.of_request(**_initial(shown))
    if form.is_sent:
        with form.sending():
            kept = {name: shown[name] for name in ("grid_ids", "roles")}
            kept["attachment_ids"] = [each["evidence_id"] for each in shown["attachments"]]
            platform.put(f"/v1/announcements/{announcement_id}", _content(form) | kept, key=form.key)
        if form.is_accepted:
            return _to(announcement_id, gettext("已保存"))
    return _content_page(form, shown)


@pages.get("/announcements/<id:announcement_id>")
@access.for_roles(*_SENDERS)
def announcement(announcement_id: str) -> ResponseReturnValue:
    """An announcement, what can be done next, and which households know of it."""
    return _announcement_page(announcement_id, Form.empty())


@pages.post("/announcements/<id:announcement_id>/<any(send, schedule, withdraw, visits):step>")
@access.for_roles(*_SENDERS)
def take_step(announcement_id: str, step: str) -> ResponseReturnValue:
    """Send it now or at a time, take it down, or record households that were told in person."""
    form = Form.of_request()
    bodies: dict[str, dict[str, Any] | None] = {
        "send": None,
        "schedule": {"scheduled_for": f"{form.text('scheduled_for')}:00+08:00"},
        "withdraw": {"reason": form.text("reason")},
        "visits": {"proof": form.text("proof"), "household_ids": form.chosen("household_ids")},
    }
    said = {
        "send": _("已发送"),
        "schedule": _("到时自动发送"),
        "withdraw": _("已从所有消息和页面撤下"),
        "visits": _("已记录"),
    }
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/announcements/{announcement_id}/{step}", bodies[step], key=form.key)
    if form.is_accepted:
        return _to(announcement_id, gettext(said[step]))
    return _announcement_page(announcement_id, form)


@pages.get("/announcements/<id:announcement_id>/<any(announcement, missing):paper>.pdf")
@access.for_roles(*_SENDERS)
def paper(announcement_id: str, paper: str) -> ResponseReturnValue:
    """The announcement in large print, or the households still missing, for a round of visits."""
    path = "reach/missing.pdf" if paper == "missing" else "announcement.pdf"
    return platform.download(f"/v1/announcements/{announcement_id}/{path}", "application/pdf")


def _to(announcement_id: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("desk_announcements.announcement", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


def _announcement_page(announcement_id: str, form: Form) -> tuple[str, int]:
    path = f"/v1/announcements/{announcement_id}"
    shown = platform.get(path)
    is_sent = shown["state"] == "sent"
    reach, missing = (
        platform.together(
            lambda: platform.get(f"{path}/reach"),
            lambda: platform.page(f"{path}/reach/households", reached="false"),
        )
        if is_sent
        else (None, None)
    )
    return render_template(
        "desk/announcements/announcement.html",
        announcement=shown,
        reach=reach,
        missing=missing,
        form=form,
        states=STATES,
        kinds=words.ANNOUNCEMENTS,
        proofs=PROOFS,
        visits=[(proof, gettext(PROOFS[proof])) for proof in VISITS],
        is_unsent=shown["state"] in _UNSENT,
        audience=_audience(shown),
    ), form.status


def _content_page(form: Form, shown: dict[str, Any] | None) -> tuple[str, int]:
    return render_template(
        "desk/announcements/content.html",
        form=form,
        announcement=shown,
        kinds=[(kind, gettext(title)) for kind, title in words.ANNOUNCEMENTS.items()],
        courtyards=display.courtyard_options(platform.rows("/v1/courtyards")),
        reaches_all=bool(access.held_roles() & _OFFICES),
    ), form.status


def _content(form: Form) -> dict[str, Any]:
    content: dict[str, Any] = {name: form.text(name) for name in ("title", "kind", "text")}
    content |= {name: form.checked(name) for name in ("public", "urgent", "asks_acknowledgement")}
    content["courtyard_ids"] = form.chosen("courtyard_ids")
    return content | ({"corrects_id": form.text("corrects_id")} if form.text("corrects_id") else {})


def _initial(shown: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: shown[name] for name in ("title", "kind", "text", "courtyard_ids")}
    fields |= {name: "yes" for name in ("public", "urgent", "asks_acknowledgement") if shown[name]}
    return fields | {"corrects_id": shown["corrects_id"] or ""}


def _audience(shown: dict[str, Any]) -> str:
    """Return in words to whom an announcement goes."""
    places = len(shown["courtyard_ids"]) + len(shown["grid_ids"])
    where = gettext("%(count)s 处院落或网格", count=places) if places else gettext("整个社区")
    roles = "、".join(display.role(role) for role in shown["roles"])
    return f"{where} · {roles}" if roles else where
