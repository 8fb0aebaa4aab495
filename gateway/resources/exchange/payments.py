"""Till payments, for the owners of the passbook that paid and their staff (R15, R23)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.exchange.payments import PaymentQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names, with_step_names
from gateway.schemas.exchange.payments import Payment
from gateway.security.auth import actor, signed_in
from gateway.services import exchange

blp = Blueprint("payments", __name__, description="Till payments")


@blp.route("/v1/payments")
class Payments(MethodView):
    @signed_in
    @blp.arguments(PaymentQuery, location="query")
    @blp.response(200, page_schema(Payment, counted=True))
    def get(self, query: PaymentQuery) -> Any:
        """List my and my household's till payments, newest first; staff: those of another passbook (`account_id`)."""
        found = exchange.list_payments(actor=actor(), **query)
        return page({**found, "data": with_step_names(with_person_names(found["data"]))})


@blp.route("/v1/payments/<payment_id>")
class OnePayment(MethodView):
    @signed_in
    @blp.response(200, Payment)
    def get(self, payment_id: str) -> Any:
        """Get a payment with each step and its reason; a passbook's lines name it as their source."""
        found = with_person_names([exchange.get_own_payment(actor=actor(), payment_id=payment_id)])
        return with_step_names(found)[0]
