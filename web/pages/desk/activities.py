"""Activities: preparing, publishing, who signed up, cancelling (R29)."""

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

pages = Blueprint("desk_activities", __name__)
_ORGANIZERS = ("grid_officer", *access.GROUP, "committee")
MENU = (
    MenuEntry(
        title=_("社区活动"), endpoint="desk_activities.activities", section="together", roles=_ORGANIZERS, order=0
    ),
)
_BADGES = {"open": "good", "closed": "wait", "running": "wait", "ended": "plain", "cancelled": "bad"}
PHASES = {"draft": (_("未发布"), "plain")} | {phase: (words.PHASES[phase], kind) for phase, kind in _BADGES.items()}
"""Phases of an activity, each with its title and the kind of its badge."""
ALLOCATIONS = {"first_come": _("先到先得，满了候补"), "draw": _("报名截止后抽签")}
SIGN_UP_STATES = {
    "entered": (_("等待抽签"), "wait"),
    "confirmed": (_("已报名"), "good"),
    "waiting": (_("候补"), "wait"),
    "offered": (_("有名额，等本人确认"), "wait"),
    "withdrawn": (_("已退出"), "plain"),
    "lost": (_("没有按时确认"), "plain"),
    "cancelled": (_("活动取消"), "plain"),
}
_TEXTS = ("title", "kind", "place", "description", "allocation")
_NUMBERS = ("places", "most_party", "offer_hours")
_MOMENTS = ("starts_at", "ends_at", "closes_at", "offers_end_at")
_REVISABLE = ("draft", "open", "closed")


@pages.get("/activities/")
@access.for_roles(*_ORGANIZERS)
def activities() -> ResponseReturnValue:
    """List activities, the latest start first, of one phase or all."""
    phase = request.args.get("phase", "")
    page = platform.page("/v1/activities", phase=phase if phase in PHASES else None)
    return render_template(
        "desk/activities/list.html", page=page, phase=phase, phases=PHASES, kinds=words.ACTIVITY_KINDS
    )


@pages.route("/activities/new", methods=["GET", "POST"])
@access.for_roles(*_ORGANIZERS)
def prepare() -> ResponseReturnValue:
    """Prepare an activity; residents see it once it is published."""
    form = Form.of_request(kind="volunteering", allocation="first_come", most_party="1", offer_hours="24")
    if form.is_sent:
        with form.sending():
            made = platform.post("/v1/activities", _plan(form), key=form.key)
        if form.is_accepted:
            flash(gettext("已保存，发布以后居民才看得到"))
            return redirect(url_for("desk_activities.activity", activity_id=made["id"]), HTTPStatus.SEE_OTHER)
    return _plan_page(form, None)


@pages.get("/activities/<id:activity_id>")
@access.for_roles(*_ORGANIZERS)
def activity(activity_id: str) -> ResponseReturnValue:
    """An activity: what was decided, who signed up, and what can be done next."""
    return _activity_page(activity_id, Form.empty())


@pages.route("/activities/<id:activity_id>/edit", methods=["GET", "POST"])
@access.for_roles(*_ORGANIZERS)
def revise(activity_id: str) -> ResponseReturnValue:
    """Change what was decided, before the start."""
    shown = platform.get(f"/v1/activities/{activity_id}")
    form = Form.of_request(**_initial(shown))
    if form.is_sent:
        with form.sending():
            plan = _plan(form) | {"host_ids": shown["host_ids"]}
            platform.put(f"/v1/activities/{activity_id}", plan, key=form.key)
        if form.is_accepted:
            flash(gettext("已保存"))
            return redirect(url_for("desk_activities.activity", activity_id=activity_id), HTTPStatus.SEE_OTHER)
    return _plan_page(form, shown)


@pages.post("/activities/<id:activity_id>/publish")
@access.for_roles(*_ORGANIZERS)
def publish(activity_id: str) -> ResponseReturnValue:
    """Let residents see the activity and sign up."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/activities/{activity_id}/publish", key=form.key)
    return _after_step(activity_id, form, gettext("已发布，居民可以报名了"))


@pages.post("/activities/<id:activity_id>/cancel")
@access.for_roles(*_ORGANIZERS)
def cancel(activity_id: str) -> ResponseReturnValue:
    """Cancel the activity; everybody who signed up is told the reason."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/activities/{activity_id}/cancel", {"reason": form.text("reason")}, key=form.key)
    return _after_step(activity_id, form, gettext("活动已取消，报名的人会收到原因"))


def _after_step(activity_id: str, form: Form, done: str) -> ResponseReturnValue:
    if form.is_accepted:
        flash(done)
        return redirect(url_for("desk_activities.activity", activity_id=activity_id), HTTPStatus.SEE_OTHER)
    return _activity_page(activity_id, form)


def _activity_page(activity_id: str, form: Form) -> tuple[str, int]:
    shown, signups = platform.together(
        lambda: platform.get(f"/v1/activities/{activity_id}"),
        lambda: platform.page(f"/v1/activities/{activity_id}/signups"),
    )
    return render_template(
        "desk/activities/activity.html",
        activity=shown,
        signups=signups,
        form=form,
        phases=PHASES,
        kinds=words.ACTIVITY_KINDS,
        allocations=ALLOCATIONS,
        states=SIGN_UP_STATES,
        is_revisable=shown["phase"] in _REVISABLE,
    ), form.status


def _plan_page(form: Form, shown: dict[str, Any] | None) -> tuple[str, int]:
    return render_template(
        "desk/activities/plan.html",
        form=form,
        activity=shown,
        kinds=_options(words.ACTIVITY_KINDS),
        allocations=_options(ALLOCATIONS),
        items=[(each["code"], each["title"]) for each in platform.get("/v1/rulebooks/current")["items"]],
    ), form.status


def _options(titles: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(title)) for code, title in titles.items()]


def _plan(form: Form) -> dict[str, Any]:
    """Return the form's plan; moments that were left empty are left to the platform."""
    plan: dict[str, Any] = {name: form.text(name) for name in _TEXTS}
    plan |= {name: form.number(name) for name in _NUMBERS}
    plan |= {name: f"{form.text(name)}:00+08:00" for name in _MOMENTS if form.text(name)}
    return plan | ({"item": form.text("item")} if form.text("item") else {})


def _initial(shown: dict[str, Any]) -> dict[str, str]:
    fields = {name: str(shown[name]) for name in (*_TEXTS, *_NUMBERS)} | {"item": shown["item"] or ""}
    return fields | {name: display.moment_field(shown[name]) for name in _MOMENTS}
