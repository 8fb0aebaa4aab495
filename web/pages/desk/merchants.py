"""Partner merchants, their shops and API keys, for the committee and a merchant's operators (R27)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_merchants", __name__)
_MANAGERS = ("committee", "merchant_operator")
MENU = (MenuEntry(title=_("商户"), endpoint="desk_merchants.merchants", section="rewards", roles=_MANAGERS, order=70),)
MODES = {"live": _("正式"), "test": _("测试")}
SCOPES = {
    "vouchers": _("核销兑换券"),
    "payments": _("收积分"),
    "settlements": _("结算与对账"),
    "webhooks": _("事件通知"),
    "priorities": _("查优先资格"),
}
"""What a key may be good for, with titles."""


@pages.get("/merchants/")
@access.for_roles(*_MANAGERS)
def merchants() -> ResponseReturnValue:
    """The merchants: all of them for the committee, their own for operators."""
    if "committee" in access.held_roles():
        page = platform.page("/v1/merchants")
    else:
        own = access.scopes("merchant_operator")
        rows = platform.together(*(lambda each=each: platform.get(f"/v1/merchants/{each}") for each in own))
        page = {"data": rows, "has_more": False, "next_cursor": None}
    return render_template("desk/merchants/list.html", page=page)


@pages.route("/merchants/new", methods=["GET", "POST"])
@access.for_roles("committee")
def admit() -> ResponseReturnValue:
    """Add a partner merchant."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            admitted = platform.post("/v1/merchants", _particulars(form), key=form.key)
        if form.is_accepted:
            flash(gettext("已添加商户"))
            return _to_merchant(admitted["id"])
    return render_template("desk/merchants/form.html", form=form, heading=_("添加商户"), merchant=None), form.status


@pages.get("/merchants/<id:merchant_id>")
@access.for_roles(*_MANAGERS)
def merchant(merchant_id: str) -> ResponseReturnValue:
    """A merchant with its shops and keys."""
    path = f"/v1/merchants/{merchant_id}"
    shown, shops, keys = platform.together(
        lambda: platform.get(path), lambda: platform.get(f"{path}/shops"), lambda: platform.get(f"{path}/keys")
    )
    return render_template(
        "desk/merchants/one.html",
        merchant=shown,
        shops=shops["data"],
        keys=keys["data"],
        form=Form.empty(),
        modes=MODES,
        scopes=SCOPES,
    )


@pages.route("/merchants/<id:merchant_id>/edit", methods=["GET", "POST"])
@access.for_roles("committee")
def edit(merchant_id: str) -> ResponseReturnValue:
    """Change a merchant's particulars, suspend or readmit it."""
    shown = platform.get(f"/v1/merchants/{merchant_id}")
    form = _form_of(shown)
    if form.is_sent:
        with form.sending():
            platform.put(f"/v1/merchants/{merchant_id}", _revision(form), key=form.key)
        if form.is_accepted:
            flash(gettext("已保存"))
            return _to_merchant(merchant_id)
    page = render_template("desk/merchants/form.html", form=form, heading=_("修改商户"), merchant=shown)
    return page, form.status


@pages.route("/merchants/<id:merchant_id>/shops/new", methods=["GET", "POST"])
@access.for_roles(*_MANAGERS)
def open_shop(merchant_id: str) -> ResponseReturnValue:
    """Add a shop."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"/v1/merchants/{merchant_id}/shops", _particulars(form), key=form.key)
        if form.is_accepted:
            flash(gettext("已添加门店"))
            return _to_merchant(merchant_id)
    return render_template("desk/merchants/form.html", form=form, heading=_("添加门店"), merchant=None), form.status


@pages.route("/merchants/<id:merchant_id>/shops/<id:shop_id>", methods=["GET", "POST"])
@access.for_roles(*_MANAGERS)
def edit_shop(merchant_id: str, shop_id: str) -> ResponseReturnValue:
    """Change a shop, close it or open it again."""
    path = f"/v1/merchants/{merchant_id}/shops"
    shown = next((each for each in platform.get(path)["data"] if each["id"] == shop_id), None)
    if shown is None:
        raise NotFound
    form = _form_of(shown)
    if form.is_sent:
        with form.sending():
            platform.put(f"{path}/{shop_id}", _revision(form), key=form.key)
        if form.is_accepted:
            flash(gettext("已保存"))
            return _to_merchant(merchant_id)
    page = render_template("desk/merchants/form.html", form=form, heading=_("修改门店"), merchant=shown)
    return page, form.status


@pages.route("/merchants/<id:merchant_id>/keys/new", methods=["GET", "POST"])
@access.for_roles(*_MANAGERS)
def new_key(merchant_id: str) -> ResponseReturnValue:
    """Create a key and show it, this once."""
    form = Form.of_request(mode="test", scopes=["vouchers", "payments", "settlements", "webhooks"])
    if form.is_sent:
        body: dict[str, Any] = {"mode": form.text("mode"), "scopes": form.chosen("scopes")}
        if public_key := form.optional("public_key"):
            body["public_key"] = public_key
        with form.sending():
            created = platform.post(f"/v1/merchants/{merchant_id}/keys", body, key=form.key)
        if form.is_accepted:
            return render_template("desk/merchants/key_shown.html", key=created, merchant_id=merchant_id, modes=MODES)
    page = render_template(
        "desk/merchants/new_key.html", form=form, merchant_id=merchant_id, modes=MODES, scopes=SCOPES
    )
    return page, form.status


@pages.post("/merchants/<id:merchant_id>/keys/<id:key_id>/revoke")
@access.for_roles(*_MANAGERS)
def revoke_key(merchant_id: str, key_id: str) -> ResponseReturnValue:
    """Revoke a key at once."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.delete(f"/v1/merchants/{merchant_id}/keys/{key_id}", key=form.key)
        flash(gettext("密钥已作废") if form.is_accepted else form.notice or "")
    return _to_merchant(merchant_id)


def _form_of(shown: dict[str, Any]) -> Form:
    return Form.of_request(name=shown["name"], address=shown["address"], active="yes" if shown["active"] else None)


def _particulars(form: Form) -> dict[str, Any]:
    return {"name": form.text("name"), "address": form.text("address")}


def _revision(form: Form) -> dict[str, Any]:
    return _particulars(form) | {"active": form.checked("active")}


def _to_merchant(merchant_id: str) -> ResponseReturnValue:
    return redirect(url_for("desk_merchants.merchant", merchant_id=merchant_id), HTTPStatus.SEE_OTHER)
