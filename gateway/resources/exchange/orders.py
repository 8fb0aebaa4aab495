"""Orders, their vouchers, and pay codes, for residents and those who act for them (R6, R25)."""

import io
from typing import Any

import segno
from flask import Response
from flask.views import MethodView

from contracts.calls.exchange import orders as calls
from contracts.calls.exchange.orders import BenefitForm, OrderForm, OrderQuery, PaycodeForm
from contracts.errors import VoucherNotFound
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.polling import poll_until_decided
from gateway.schemas.exchange.orders import Order, Paycode
from gateway.security.auth import actor, signed_in
from gateway.services import exchange

blp = Blueprint("orders", __name__, description="Spending points")

_PRINTED = {"svg": "image/svg+xml", "png": "image/png"}


@blp.route("/v1/orders")
class Orders(MethodView):
    @signed_in
    @blp.arguments(OrderQuery, location="query")
    @blp.response(200, page_schema(Order))
    def get(self, query: OrderQuery) -> Any:
        """List my orders, my household's, and those I placed for others, newest first."""
        found = exchange.list_orders(actor=actor(), **query)
        return page({**found, "data": with_person_names(found["data"], "person_id", "placed_by_id")})

    @signed_in
    @blp.arguments(OrderForm)
    @blp.response(201, Order)
    def post(self, form: OrderForm) -> Any:
        """Order a reward: `confirmed` with a voucher, `issued` with codes, or 422 `insufficient_points`.

        422 `account_closed` if the household left the community; `placed` if the hold is not answered in time.
        """
        placed = exchange.place_order(actor=actor(), **form)
        return poll_until_decided(placed, lambda: _order(placed["id"]), undecided=("placed",))


@blp.route("/v1/orders/<order_id>")
class OneOrder(MethodView):
    @signed_in
    @blp.response(200, Order)
    def get(self, order_id: str) -> Any:
        """Get an order with each step and its reason."""
        return with_person_names([_order(order_id)], "person_id", "placed_by_id")[0]


@blp.route("/v1/orders/<order_id>/cancel")
class Cancellation(MethodView):
    @signed_in
    @blp.response(200, Order)
    def post(self, order_id: str) -> Any:
        """Cancel an order before it is redeemed; the points are released."""
        return exchange.cancel_order(actor=actor(), order_id=order_id)


@blp.route("/v1/orders/<order_id>/voucher.<any(svg, png):form>")
class PrintedVoucher(MethodView):
    @signed_in
    @blp.response(200, content_type="image/svg+xml")
    @blp.alt_response(200, content_type="image/png", success=True)
    def get(self, order_id: str, form: str) -> Response:
        """Get the voucher's QR code, to show, or to print for somebody without a phone."""
        voucher = _order(order_id)["voucher"]
        if voucher is None:
            raise VoucherNotFound
        drawn = io.BytesIO()
        segno.make_qr(voucher["qr"], error="m").save(drawn, kind=form, scale=8)
        return Response(drawn.getvalue(), content_type=_PRINTED[form], headers={"Cache-Control": "no-store"})


@blp.route("/v1/benefit-redemptions")
class Benefits(MethodView):
    @signed_in
    @blp.arguments(BenefitForm)
    @blp.response(201, Order)
    def post(self, form: BenefitForm) -> Any:
        """Redeem the voucher of a community benefit (grid officers, working group, committee)."""
        honoured = exchange.honour_benefit(actor=actor(), **form)
        return with_person_names([honoured], "person_id", "placed_by_id")[0]


@blp.route("/v1/me/paycode")
class Paycodes(MethodView):
    @signed_in
    @blp.arguments(PaycodeForm)
    @blp.response(201, Paycode)
    def post(self, form: PaycodeForm) -> Any:
        """Create a code to pay with at a till, valid once and for a minute."""
        paycode = exchange.issue_paycode(actor=actor(), **form)
        drawn = segno.make_qr(paycode["qr"], error="m")
        return {**paycode, "qr_image": drawn.svg_data_uri(scale=8), "qr_png": drawn.png_data_uri(scale=8)}


def _order(order_id: str) -> calls.Order:
    return exchange.get_order(actor=actor(), order_id=order_id)
