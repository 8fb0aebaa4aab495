"""Orders, their vouchers, and pay codes, for residents and those who act for them (R6, R25)."""

import io
from collections.abc import Iterable
from typing import Any

import segno
from flask import Response
from flask.views import MethodView

from contracts.calls.exchange import orders as calls
from contracts.calls.exchange.orders import BenefitForm, OrderForm, OrderQuery, PaycodeForm
from contracts.errors import VoucherNotFound
from contracts.fields import example_id
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.household_cards import check_pin, require_accepted
from gateway.http import idempotency
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names, with_step_names
from gateway.polling import poll_until_decided
from gateway.schemas.exchange.orders import Order, OrderRequest, PaperNotice, Paycode
from gateway.security.auth import actor, signed_in
from gateway.services import exchange

blp = Blueprint("orders", __name__, description="Spending points")

_PRINTED = {"svg": "image/svg+xml", "png": "image/png"}
_PICTURE = {
    "200": {
        "description": "The picture, by the ending of the path",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _PRINTED.values()},
    }
}


@blp.route("/v1/orders")
class Orders(MethodView):
    @signed_in
    @blp.arguments(OrderQuery, location="query")
    @blp.response(200, page_schema(Order, counted=True))
    def get(self, query: OrderQuery) -> Any:
        """List my orders, my household's, and those I placed for others, newest first."""
        found = exchange.list_orders(actor=actor(), **query)
        return page({**found, "data": _named(found["data"])})

    @signed_in
    @idempotency.required
    @blp.arguments(OrderRequest, example={"reward_id": example_id("rwd"), "quantity": 1})
    @blp.response(201, Order)
    def post(self, form: OrderRequest) -> Any:
        """Order a reward: `confirmed` with a voucher, `issued` with codes, or 422 `insufficient_points`.

        422 `account_closed` if the household left the community; `placed` if the hold is not answered in time. What is
        ordered for a person of another household is `awaiting_consent`, unless they show their pay code, or their
        household's card with its PIN (R6).
        """
        placed = _place(form)
        return poll_until_decided(placed, lambda: _order(placed["id"]), undecided=("placed",))


@blp.route("/v1/orders/<order_id>")
class OneOrder(MethodView):
    @signed_in
    @blp.response(200, Order)
    def get(self, order_id: str) -> Any:
        """Get an order with each step and its reason."""
        return _named([_order(order_id)])[0]


@blp.route("/v1/orders/<order_id>/cancel")
class Cancellation(MethodView):
    @signed_in
    @blp.response(200, Order)
    def post(self, order_id: str) -> Any:
        """Cancel an order before it is redeemed; the points are released."""
        return exchange.cancel_order(actor=actor(), order_id=order_id)


@blp.route("/v1/orders/<order_id>/consent")
class OrderConsent(MethodView):
    @signed_in
    @blp.response(200, Order)
    def post(self, order_id: str) -> Any:
        """Agree to what somebody else ordered for me."""
        agreed = exchange.give_consent(actor=actor(), order_id=order_id)
        return poll_until_decided(agreed, lambda: _order(order_id), undecided=("placed",))


@blp.route("/v1/orders/<order_id>/refusal")
class OrderRefusal(MethodView):
    @signed_in
    @blp.response(200, Order)
    def post(self, order_id: str) -> Any:
        """Refuse what somebody else ordered for me; the points are released."""
        return exchange.refuse_consent(actor=actor(), order_id=order_id)


@blp.route("/v1/orders/<order_id>/seen")
class SeenOrder(MethodView):
    @signed_in
    @blp.response(200, Order)
    def post(self, order_id: str) -> Any:
        """Note that I have opened what somebody else ordered for me; no notice on paper is needed then."""
        return exchange.mark_order_seen(actor=actor(), order_id=order_id)


@blp.route("/v1/paper-notices/orders")
class PaperNotices(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(PaperNotice))
    def get(self, query: PageQuery) -> Any:
        """List whom I am to tell on paper what somebody else ordered for them, the oldest first (R6).

        At once if their household's card was used, otherwise after three days in which they did not open it.
        """
        found = exchange.list_paper_notices(actor=actor(), **query)
        return page({**found, "data": with_person_names(found["data"], "person_id", "placed_by_id")})


@blp.route("/v1/paper-notices/orders/<order_id>")
class ToldOnPaper(MethodView):
    @signed_in
    @blp.response(200, PaperNotice)
    def post(self, order_id: str) -> Any:
        """Note that I handed the notice of an order to its person; never of an order that I placed."""
        told = exchange.mark_told(actor=actor(), order_id=order_id)
        return with_person_names([told], "person_id", "placed_by_id")[0]


@blp.route("/v1/orders/<order_id>/voucher.<any(svg, png):form>")
class PrintedVoucher(MethodView):
    @signed_in
    @blp.doc(responses=_PICTURE)
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
    @idempotency.required
    @blp.arguments(BenefitForm)
    @blp.response(201, Order)
    def post(self, form: BenefitForm) -> Any:
        """Redeem the voucher of a community benefit (grid officers, working group, committee)."""
        honoured = exchange.honour_benefit(actor=actor(), **form)
        return _named([honoured])[0]


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


def _place(form: OrderRequest) -> calls.Order:
    """Place an order. Raises CardInvalid, PinWrong and what the exchange raises."""
    order: OrderForm = {"reward_id": form["reward_id"], "quantity": form["quantity"]}
    if "person_id" in form:
        order["person_id"] = form["person_id"]
    if "account_id" in form:
        order["account_id"] = form["account_id"]
    if "card" not in form:
        return require_accepted(exchange.place_order(actor=actor(), **order, paycode=form.get("paycode")))
    digest, fits = check_pin(
        form["card"], form["pin"], lambda digest: exchange.card_shown(actor=actor(), card_digest=digest)
    )
    return require_accepted(exchange.place_order(actor=actor(), **order, card_digest=digest, pin_fits=fits))


def _named(found: Iterable[calls.Order]) -> list[dict[str, Any]]:
    return with_step_names(with_person_names(found, "person_id", "placed_by_id", "told_by_id"))


def _order(order_id: str) -> calls.Order:
    return exchange.get_order(actor=actor(), order_id=order_id)
