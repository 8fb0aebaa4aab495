"""The working group's final approvals: filtered, one by one with their evidence, or all that a filter selects (R13)."""

import json
import secrets
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.converters import IdConverter
from web.desk import access, display, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_month", __name__)
MENU = (MenuEntry(title=_("终审"), endpoint="desk_month.approvals", section="points", roles=access.GROUP, order=0),)
AWARD_ITEM = "inspection_rank"
DECLARERS = {"self": _("本人申报"), "another": _("他人代办"), "platform": _("平台登记和检查奖励")}
FLAGGED = {"true": _("照片与以前相似"), "false": _("照片没有相似的")}
REASONS = {
    "return": (_("请补充照片"), _("请写清时间和地点"), _("数量请核实")),
    "refuse": (_("与事实不符"), _("重复申报"), _("不属于积分项目")),
    "approve": (_("按实际数量调整"), _("只完成了一部分")),
}
"""Reasons at hand, by decision."""
DONE = {"approve": _("已同意"), "return": _("已退回补正"), "refuse": _("未予通过")}
_FILTERS = ("period", "grid_id", "courtyard_id", "item", "category", "flagged", "declarer", "declared_by_id")
_MOST_NAMED = 50
"""Refused reviews that are shown by name; others by number."""
_PART = 250
"""Decisions sent at once: some seconds of work, then progress is shown."""
_NOT_SHOWN = {HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN}


@pages.route("/month/approvals", methods=["GET", "POST"])
@access.for_roles(*access.GROUP)
def approvals() -> ResponseReturnValue:
    """List final approvals by filter. A POST approves all that the filter selected when the page was shown."""
    form, chosen = Form.of_request(), _chosen()
    if form.is_sent:
        selected = platform.get("/v1/reviews/selection", stage="final", **chosen)
        if selected["version"] == form.text("version") and selected["count"]:
            return _run_page(Run.of(selected), form)
        form.refuse(gettext("筛选出来的内容有了变化，什么也没有批准。请看过现在的数字再批准"))
        form.status = HTTPStatus.CONFLICT
    return _list_page(form, chosen), form.status


@pages.post("/month/approvals/run")
@access.for_roles(*access.GROUP)
def approve_part() -> ResponseReturnValue:
    """Approve the next part of a run, and show how far it is; the page goes on by itself."""
    form = Form.of_request()
    run = Run.of_form(form)
    if form.is_sent and run.remaining:
        with form.sending():
            answers = platform.post("/v1/reviews/decisions", {"decisions": run.next_part()}, key=form.key)
            run = run.after(answers["data"])
            form.key = secrets.token_hex(16)
    return _run_page(run, form)


@pages.route("/month/approvals/<id:review_id>", methods=["GET", "POST"])
@access.for_roles(*access.GROUP)
def approval(review_id: str) -> ResponseReturnValue:
    """One deed with evidence and history, and the decision on it."""
    case = platform.get(f"/v1/reviews/{review_id}")
    form = Form.of_request(points=str(case["points"]))
    if form.is_sent:
        decision = form.text("decision")
        body = {"decision": decision, "reason": form.text("reason"), "version": form.number("version")}
        if decision == "approve" and form.text("points") != str(case["points"]):
            body["points"] = form.number("points")
        if decision == "refuse":
            body["false_claim"] = form.checked("false_claim")
        with form.sending():
            decided = platform.post(f"/v1/reviews/{review_id}/decision", body, key=form.key)
        if form.is_accepted:
            flash(_said(decision, decided))
            return redirect(url_for("desk_month.approvals", **_chosen()), HTTPStatus.SEE_OTHER)
        case = platform.get(f"/v1/reviews/{review_id}")
    flags = (case["claim"] or {}).get("flags", [])
    return render_template(
        "desk/month/approval.html",
        form=form,
        case=case,
        earlier=_earlier_pictures(flags),
        reasons=REASONS,
        done=DONE,
        back=url_for("desk_month.approvals", **_chosen()),
        here=url_for("desk_month.approval", review_id=review_id, **_chosen()),
    ), form.status


@dataclass(frozen=True)
class Run:
    """Approvals of a selection in parts. The browser carries it from part to part; the platform decides on each."""

    remaining: tuple[tuple[str, int], ...]
    """Ids of reviews with the versions that were selected."""
    total: int
    refused: tuple[tuple[str, str], ...] = ()
    """Ids of reviews with the reason why they were not approved."""

    @classmethod
    def of(cls, selected: dict[str, Any]) -> "Run":
        return cls(tuple((each["review_id"], each["version"]) for each in selected["reviews"]), selected["count"])

    @classmethod
    def of_form(cls, form: Form) -> "Run":
        """Return the run that a page holds; nothing to do for a page that was changed by hand."""
        try:
            remaining = tuple((str(review), int(version)) for review, version in json.loads(form.text("remaining")))
            refused = tuple((str(review), str(detail)) for review, detail in json.loads(form.text("refused")))
            return cls(remaining, int(form.text("total")), refused)
        except (ValueError, TypeError):
            return cls((), 0)

    def next_part(self) -> list[dict[str, Any]]:
        """Return the next decisions, as the API takes them."""
        part = self.remaining[:_PART]
        return [{"decision": "approve", "review_id": review, "version": version} for review, version in part]

    def after(self, answers: list[dict[str, Any]]) -> "Run":
        """Return what is left after a part."""
        refused = tuple((each["review_id"], each["detail"]) for each in answers if not each["ok"])
        return Run(self.remaining[len(answers) :], self.total, self.refused + refused)

    @property
    def done(self) -> int:
        """How many were decided on, refused ones among them."""
        return self.total - len(self.remaining)

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields that carry it."""
        return {
            "remaining": json.dumps(self.remaining, separators=(",", ":")),
            "refused": json.dumps(self.refused, ensure_ascii=False, separators=(",", ":")),
            "total": str(self.total),
        }

    def refused_by_reason(self) -> dict[str, list[str]]:
        """Return the ids of those that were not approved, by reason."""
        found = defaultdict(list)
        for review, detail in self.refused:
            found[detail].append(review)
        return dict(found)


def _run_page(run: Run, form: Form) -> tuple[str, int]:
    return render_template(
        "desk/month/run.html",
        layout="desk/fragment.html" if "HX-Request" in request.headers else "desk/page.html",
        run=run,
        names={} if run.remaining else _names_of([review for review, _reason in run.refused][:_MOST_NAMED]),
        form=form,
        goes_on=bool(run.remaining) and form.notice is None,
    ), HTTPStatus.OK if "HX-Request" in request.headers else form.status


def _names_of(reviews: list[str]) -> dict[str, str]:
    """Return who and what reviews are about, by id, as far as the caller may see them."""
    found = platform.together(
        *(lambda review=review: _name_of(review) for review in reviews if IdConverter.matches(review))
    )
    return {review: name for each in found for review, name in each.items()}


def _name_of(review_id: str) -> dict[str, str]:
    try:
        case = platform.get(f"/v1/reviews/{review_id}")
    except platform.ApiError:
        return {}
    title = case["claim"]["title"] if case["claim"] else gettext("卫生检查名次奖励")
    return {review_id: f"{case.get('person_name') or '—'} · {title}"}


def _list_page(form: Form, chosen: dict[str, str]) -> str:
    waiting_for = "others" if request.args.get("waiting_for") == "others" else "me"
    page, selected, courtyards, items = platform.together(
        lambda: platform.page("/v1/reviews", stage="final", waiting_for=waiting_for, **chosen),
        lambda: platform.get("/v1/reviews/selection", stage="final", **chosen),
        lambda: platform.rows("/v1/courtyards"),
        _items,
    )
    return render_template(
        "desk/month/approvals.html",
        form=form,
        page=page,
        selected=selected,
        chosen=chosen,
        waiting_for=waiting_for,
        numbers={each["id"]: each["number"] for each in courtyards},
        courtyards=[(each["id"], gettext("%(number)s 号院", number=each["number"])) for each in courtyards],
        grids=sorted({(each["grid_id"], each["grid_name"]) for each in courtyards}, key=lambda grid: grid[1]),
        items=items,
        declarers=DECLARERS,
        flagged=FLAGGED,
        categories=[(code, gettext(title)) for code, title in display.CATEGORIES.items()],
    )


def _items() -> list[tuple[str, str]]:
    """Return the items of the rulebook in force with their titles, and the awards of inspection rounds."""
    try:
        items = platform.get("/v1/rulebooks/current")["items"]
    except platform.ApiError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        items = []
    return [*((each["code"], each["title"]) for each in items), (AWARD_ITEM, gettext("卫生检查名次奖励"))]


def _chosen() -> dict[str, Any]:
    """Return the filters in the address."""
    return {name: request.args[name] for name in _FILTERS if request.args.get(name)}


def _earlier_pictures(flags: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return links to the pictures that are resembled, by their ids, as far as the caller may see them."""
    claims = sorted({flag["seen_in_claim_id"] for flag in flags})
    found = platform.together(*(lambda claim=claim: _evidence_links(claim) for claim in claims))
    return {link["evidence_id"]: link for links in found for link in links}


def _evidence_links(claim_id: str) -> list[dict[str, Any]]:
    try:
        links: list[dict[str, Any]] = platform.get(f"/v1/claims/{claim_id}").get("evidence_links", [])
    except platform.ApiError as error:
        if error.status not in _NOT_SHOWN:
            raise
        return []
    return links


def _said(decision: str, decided: dict[str, Any]) -> str:
    """Return what a decision brought about."""
    if decision == "approve" and decided["stage"] == "final":
        return gettext("已记下您的同意，还要其他成员同意")
    return gettext(DONE[decision])
