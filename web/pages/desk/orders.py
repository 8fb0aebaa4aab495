"""Ordering for those without phones, and the vouchers of these orders (R6, R25)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.converters import id_of
from web.desk import access, platform
from web.desk.forms import Form
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_orders", __name__)
_HELPERS = ("head", "grid_officer")
MENU = (MenuEntry(title=_("代兑换"), endpoint="desk_orders.orders", section="today", roles=_HELPERS, order=30),)
STATES = {
    "placed": (_("办理中"), "wait"),
    "awaiting_consent": (_("等本人同意"), "wait"),
    "confirmed": (_("可取"), "good"),
    "redeemed": (_("已取"), "plain"),
    "undone": (_("核销已撤销"), "wait"),
    "issued": (_("已发码"), "good"),
    "refused": (_("未成"), "bad"),
    "cancelled": (_("已取消"), "plain"),
    "lapsed": (_("已过期"), "plain"),
}
"""States of an order, each with its title and the kind of its badge."""


@pages.get("/orders")
@access.for_roles(*_HELPERS)
def orders() -> ResponseReturnValue:
    """The caller's orders and those placed for others, newest first."""
    form = Form.of_request(**request.args.to_dict())
    page = platform.page("/v1/orders", status=form.optional("status"))
    return render_template("desk/orders/list.html", page=page, form=form, states=STATES)


@pages.get("/orders/<id:order_id>")
@access.for_roles(*_HELPERS)
def one(order_id: str) -> ResponseReturnValue:
    """One order with its voucher."""
    return _order_page(order_id, Form.of_request())


@pages.get("/orders/<id:order_id>/voucher.pdf")
@access.for_roles(*_HELPERS)
def voucher(order_id: str) -> Response:
    """The voucher to print for somebody without a phone."""
    return platform.download(f"/v1/orders/{order_id}/voucher.pdf")


@pages.route("/orders/new", methods=["GET", "POST"])
@access.for_roles(*_HELPERS)
def order() -> ResponseReturnValue:
    """Order a reward for a person, who shows a pay code or card, or agrees later in the app."""
    form = Form.of_request(person_id=request.args.get("person_id"), quantity="1", consent="card")
    person_id = id_of(form.text("person_id"))
    if form.is_sent:
        body: dict[str, Any] = {"reward_id": form.text("reward_id"), "quantity": form.number("quantity")}
        body["person_id"] = person_id
        if form.text("consent") == "card":
            body |= {"card": form.text("card"), "pin": form.text("pin")}
        elif form.text("consent") == "paycode":
            body["paycode"] = form.text("paycode")
        with form.sending():
            made = platform.post("/v1/orders", body, key=form.key)
        if form.is_accepted:
            flash(gettext("已下单"))
            return redirect(url_for("desk_orders.one", order_id=made["id"]), HTTPStatus.SEE_OTHER)
    rewards, person = platform.together(
        lambda: platform.rows("/v1/rewards"), lambda: platform.get(f"/v1/residents/{person_id}")
    )
    choices = [(each["id"], _offer(each)) for each in rewards if each["approved"] and each["left"] > 0]
    return render_template("desk/orders/new.html", form=form, choices=choices, person=person), form.status


@pages.post("/orders/<id:order_id>/cancel")
@access.for_roles(*_HELPERS)
def cancel(order_id: str) -> ResponseReturnValue:
    """Cancel an order that is not redeemed; the points are released."""
    form = Form.of_request()
    with form.sending():
        platform.post(f"/v1/orders/{order_id}/cancel", key=form.key)
    if form.is_accepted:
        flash(gettext("已取消，积分退回"))
        return redirect(url_for("desk_orders.one", order_id=order_id), HTTPStatus.SEE_OTHER)
    return _order_page(order_id, form)


def _offer(reward: dict[str, Any]) -> str:
    return gettext(
        "%(name)s · %(points)s 分（剩 %(left)s）", name=reward["name"], points=reward["points"], left=reward["left"]
    )


def _order_page(order_id: str, form: Form) -> tuple[str, int]:
    shown = platform.get(f"/v1/orders/{order_id}")
    person = platform.get(f"/v1/residents/{id_of(shown['person_id'])}")
    return render_template("desk/orders/one.html", order=shown, person=person, form=form, states=STATES), form.status
