"""Rewards: what residents can order for points, its terms, codes and picture (R25)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_rewards", __name__)
_MANAGERS = (*access.GROUP, "committee")
MENU = (MenuEntry(title=_("兑换项目"), endpoint="desk_rewards.rewards", section="rewards", roles=_MANAGERS, order=0),)
KINDS = {"goods": _("商品"), "coupon": _("优惠券"), "discount": _("打折卡"), "priority": _("优先享受社区福利")}
GIVES = {"voucher": _("本平台的兑换券"), "codes": _("商户自己的券码")}
_NUMBERS = ("points", "stock", "limit_per_household", "limit_per_person")
_DAYS = ("starts_on", "ends_on")


@pages.get("/rewards/")
@access.for_roles(*_MANAGERS)
def rewards() -> ResponseReturnValue:
    """List every reward, also those that nobody can order now."""
    return render_template("desk/rewards/list.html", page=platform.page("/v1/rewards", all="true"), kinds=KINDS)


@pages.route("/rewards/new", methods=["GET", "POST"])
@access.for_roles(*_MANAGERS)
def offer() -> ResponseReturnValue:
    """Offer a new reward; another person approves it."""
    form = Form.of_request(kind="goods", gives="voucher", listed="yes")
    if form.is_sent:
        with form.sending():
            made = platform.post("/v1/rewards", _terms(form), key=form.key)
        if form.is_accepted:
            flash(_said(made))
            return redirect(url_for("desk_rewards.reward", reward_id=made["id"]), HTTPStatus.SEE_OTHER)
    return _terms_page(form, None)


@pages.route("/rewards/<id:reward_id>", methods=["GET", "POST"])
@access.for_roles(*_MANAGERS)
def reward(reward_id: str) -> ResponseReturnValue:
    """A reward with its terms, which can be changed."""
    shown = platform.get(f"/v1/rewards/{reward_id}")
    form = Form.of_request(**_initial(shown))
    if form.is_sent:
        with form.sending():
            changed = platform.put(f"/v1/rewards/{reward_id}", _terms(form), key=form.key)
        if form.is_accepted:
            flash(_said(changed))
            return redirect(url_for("desk_rewards.reward", reward_id=reward_id), HTTPStatus.SEE_OTHER)
    return _terms_page(form, shown)


@pages.post("/rewards/<id:reward_id>/codes")
@access.for_roles(*_MANAGERS)
def add_codes(reward_id: str) -> ResponseReturnValue:
    """Add a merchant's own codes, one a line."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/rewards/{reward_id}/codes", {"codes": form.text("codes").split()}, key=form.key)
    return _after_step(reward_id, form, gettext("券码已加入"))


@pages.post("/rewards/<id:reward_id>/picture")
@access.for_roles(*_MANAGERS)
def set_picture(reward_id: str) -> ResponseReturnValue:
    """Set the picture that residents see."""
    form, file = Form.of_request(), request.files.get("file")
    if form.is_sent and not (file and file.filename):
        form.refuse(gettext("请选择图片"), "file")
    elif form.is_sent and file:
        with form.sending():
            platform.upload(f"/v1/rewards/{reward_id}/picture", file, key=form.key)
    return _after_step(reward_id, form, gettext("图片已换"))


def _after_step(reward_id: str, form: Form, done: str) -> ResponseReturnValue:
    """Return to the reward after a step beside its terms; a refused one is shown there."""
    if form.is_accepted:
        flash(done)
        return redirect(url_for("desk_rewards.reward", reward_id=reward_id), HTTPStatus.SEE_OTHER)
    shown = platform.get(f"/v1/rewards/{reward_id}")
    for name, value in _initial(shown).items():
        form.values.setlist(name, [value] if isinstance(value, str) else value)
    return _terms_page(form, shown)


def _terms_page(form: Form, shown: dict[str, Any] | None) -> tuple[str, int]:
    return render_template(
        "desk/rewards/terms.html", form=form, reward=shown, kinds=KINDS, gives=GIVES, merchants=_merchants()
    ), form.status


def _merchants() -> list[dict[str, Any]]:
    """Return the partner merchants; none to those who do not see them all."""
    try:
        return platform.rows("/v1/merchants")
    except platform.ApiError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return []


def _terms(form: Form) -> dict[str, Any]:
    terms: dict[str, Any] = {name: form.text(name) for name in ("kind", "name", "description", "gives")}
    terms |= {name: form.number(name) for name in _NUMBERS} | {name: form.optional(name) for name in _DAYS}
    return terms | {"merchant_ids": form.chosen("merchant_ids"), "listed": form.checked("listed")}


def _initial(shown: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: "" if shown[name] is None else str(shown[name])
        for name in ("kind", "name", "description", "gives", *_NUMBERS, *_DAYS)
    }
    fields["merchant_ids"] = shown["merchant_ids"]
    return fields | ({"listed": "yes"} if shown["listed"] else {})


def _said(shown: dict[str, Any]) -> str:
    return gettext("已提交，等其他人批准") if shown["proposal_id"] else gettext("已保存")
