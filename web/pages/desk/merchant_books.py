"""A merchant's statements, reconciliations, webhooks and deliveries, for its operators (R27)."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.languages import gettext
from web.languages import later as _
from web.pages.desk.merchants import MODES

pages = Blueprint("desk_merchant_books", __name__)
_BOOKS = "/merchants/<id:merchant_id>/<any(live, test):mode>"
_OPERATOR = "merchant_operator"
KINDS = {"redemption": _("核销兑换券"), "capture": _("收积分"), "refund": _("退积分")}
"""Lines of a statement, with titles."""
ENDPOINT_STATES = {"active": (_("启用"), "good"), "disabled": (_("已停用"), "bad")}
DELIVERY_STATES = {
    "pending": (_("等发送"), "wait"),
    "delivered": (_("已送达"), "good"),
    "failed": (_("没有送到"), "bad"),
}
"""States with titles and the kind of their badge."""
TYPES = {
    "payment.authorized": _("积分已冻结"),
    "payment.refused": _("付款被拒"),
    "payment.captured": _("已收积分"),
    "payment.voided": _("付款已取消"),
    "payment.refunded": _("积分已退"),
    "voucher.redeemed": _("兑换券已核销"),
    "voucher.redemption_undone": _("核销已撤销"),
}
"""What webhooks tell, with titles."""


def _path(merchant_id: str, mode: str, *rest: str) -> str:
    return "/".join([f"/v1/merchants/{merchant_id}/{mode}", *rest])


def _page(template: str, merchant_id: str, mode: str, **content: Any) -> str:
    return render_template(
        f"desk/merchant_books/{template}.html",
        merchant_id=merchant_id,
        mode=mode,
        modes=MODES,
        kinds=KINDS,
        types=TYPES,
        endpoint_states=ENDPOINT_STATES,
        delivery_states=DELIVERY_STATES,
        **content,
    )


# Settlement


@pages.get(f"{_BOOKS}/settlements")
@access.for_roles(_OPERATOR)
def settlements(merchant_id: str, mode: str) -> ResponseReturnValue:
    """The monthly statements, newest first."""
    page = platform.page(_path(merchant_id, mode, "settlements"))
    return _page("settlements", merchant_id, mode, page=page)


@pages.get(f"{_BOOKS}/settlements/<month:period>")
@access.for_roles(_OPERATOR)
def settlement(merchant_id: str, mode: str, period: str) -> ResponseReturnValue:
    """A month's statement with every line."""
    statement = platform.get(_path(merchant_id, mode, "settlements", period))
    return _page("settlement", merchant_id, mode, statement=statement)


@pages.get(f"{_BOOKS}/settlements/<month:period>.csv")
@access.for_roles(_OPERATOR)
def settlement_file(merchant_id: str, mode: str, period: str) -> ResponseReturnValue:
    """The lines of a month's statement as a file."""
    return platform.download(_path(merchant_id, mode, "settlements", period), format="csv")


@pages.route(f"{_BOOKS}/reconciliations", methods=["GET", "POST"])
@access.for_roles(_OPERATOR)
def reconciliations(merchant_id: str, mode: str) -> ResponseReturnValue:
    """Earlier reconciliations, and the form that compares a month of the merchant's own books."""
    form, file = Form.of_request(), request.files.get("file")
    path = _path(merchant_id, mode, "reconciliations")
    if form.is_sent and not (file and file.filename):
        form.refuse(gettext("请选择账目文件"), "file")
    elif form.is_sent and file:
        with form.sending():
            made = platform.upload_table(path, file, key=form.key, period=form.text("period"))
        if form.is_accepted:
            return _to("reconciliation", merchant_id, mode, reconciliation_id=made["id"])
    return _page("reconciliations", merchant_id, mode, page=platform.page(path), form=form), form.status


@pages.get(f"{_BOOKS}/reconciliations/<id:reconciliation_id>")
@access.for_roles(_OPERATOR)
def reconciliation(merchant_id: str, mode: str, reconciliation_id: str) -> ResponseReturnValue:
    """What matched, and every line that did not."""
    found = platform.get(_path(merchant_id, mode, "reconciliations", reconciliation_id))
    return _page("reconciliation", merchant_id, mode, reconciliation=found)


# Webhooks


@pages.get(f"{_BOOKS}/webhooks")
@access.for_roles(_OPERATOR)
def webhooks(merchant_id: str, mode: str) -> ResponseReturnValue:
    """The webhook endpoints."""
    page = platform.get(_path(merchant_id, mode, "webhook-endpoints"))
    return _page("webhooks", merchant_id, mode, page=page, form=Form.empty())


@pages.route(f"{_BOOKS}/webhooks/new", methods=["GET", "POST"])
@access.for_roles(_OPERATOR)
def add_webhook(merchant_id: str, mode: str) -> ResponseReturnValue:
    """Add an endpoint and show its secret, this once."""
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            added = platform.post(_path(merchant_id, mode, "webhook-endpoints"), _address(form), key=form.key)
        if form.is_accepted:
            return _page("secret", merchant_id, mode, endpoint=added)
    return _page("webhook", merchant_id, mode, form=form, endpoint=None), form.status


@pages.route(f"{_BOOKS}/webhooks/<id:endpoint_id>", methods=["GET", "POST"])
@access.for_roles(_OPERATOR)
def webhook(merchant_id: str, mode: str, endpoint_id: str) -> ResponseReturnValue:
    """Change an endpoint, disable it or enable it again."""
    listed = platform.get(_path(merchant_id, mode, "webhook-endpoints"))["data"]
    endpoint = next((each for each in listed if each["id"] == endpoint_id), None)
    if endpoint is None:
        raise platform.ApiError(HTTPStatus.NOT_FOUND, gettext("没有此回调地址"), "not_found")
    active = "yes" if endpoint["status"] == "active" else None
    form = Form.of_request(url=endpoint["url"], types=endpoint["types"], active=active)
    if form.is_sent:
        body = _address(form) | {"active": form.checked("active")}
        with form.sending():
            platform.put(_path(merchant_id, mode, "webhook-endpoints", endpoint_id), body, key=form.key)
        if form.is_accepted:
            flash(gettext("已保存"))
            return _to("webhooks", merchant_id, mode)
    return _page("webhook", merchant_id, mode, form=form, endpoint=endpoint), form.status


@pages.post(f"{_BOOKS}/webhooks/<id:endpoint_id>/<any(rotate, test, remove):step>")
@access.for_roles(_OPERATOR)
def change_webhook(merchant_id: str, mode: str, endpoint_id: str, step: str) -> ResponseReturnValue:
    """Replace an endpoint's secret and show the new one, send it a notice to try, or remove it."""
    form = Form.of_request()
    path = _path(merchant_id, mode, "webhook-endpoints", endpoint_id)
    if form.is_sent:
        with form.sending():
            if step == "remove":
                platform.delete(path, key=form.key)
                flash(gettext("已移除回调地址"))
            elif step == "test":
                sent = platform.post(f"{path}/test", key=form.key)
                return _to("delivery", merchant_id, mode, delivery_id=sent["id"])
            else:
                ends = {"end_earlier": form.checked("end_earlier")}
                rotated = platform.post(f"{path}/rotate-secret", ends, key=form.key)
                return _page("secret", merchant_id, mode, endpoint=rotated)
        if form.notice:
            flash(form.notice, "error")
    return _to("webhooks", merchant_id, mode)


@pages.get(f"{_BOOKS}/deliveries")
@access.for_roles(_OPERATOR)
def deliveries(merchant_id: str, mode: str) -> ResponseReturnValue:
    """Deliveries, newest first, by state and endpoint."""
    form = Form.of_request(**request.args.to_dict())
    page, endpoints = platform.together(
        lambda: platform.page(
            _path(merchant_id, mode, "deliveries"),
            status=form.optional("status"),
            endpoint_id=form.optional("endpoint_id"),
        ),
        lambda: platform.get(_path(merchant_id, mode, "webhook-endpoints"))["data"],
    )
    return _page("deliveries", merchant_id, mode, page=page, form=form, endpoints=endpoints)


@pages.route(f"{_BOOKS}/deliveries/<id:delivery_id>", methods=["GET", "POST"])
@access.for_roles(_OPERATOR)
def delivery(merchant_id: str, mode: str, delivery_id: str) -> ResponseReturnValue:
    """A delivery with every attempt; its form sends it again."""
    path = _path(merchant_id, mode, "deliveries", delivery_id)
    form = Form.of_request()
    if form.is_sent:
        with form.sending():
            platform.post(f"{path}/replay", key=form.key)
        if form.is_accepted:
            flash(gettext("已重新排队发送"))
            return _to("delivery", merchant_id, mode, delivery_id=delivery_id)
    return _page("delivery", merchant_id, mode, delivery=platform.get(path), form=form), form.status


def _address(form: Form) -> dict[str, Any]:
    return {"url": form.text("url"), "types": form.chosen("types")}


def _to(page: str, merchant_id: str, mode: str, **values: Any) -> ResponseReturnValue:
    address = url_for(f"desk_merchant_books.{page}", merchant_id=merchant_id, mode=mode, **values)
    return redirect(address, HTTPStatus.SEE_OTHER)
