"""A merchant's settlements, reconciliations and webhooks, for its operators without a key (R27).

They are the operations of `/v1/merchant` of the same names, in the books of one mode.
"""

from typing import Any

from flask.views import MethodView

from contracts.calls.exchange.settlement import PeriodQuery, Reconciliation, SettlementQuery, Statement
from contracts.calls.exchange.webhooks import Delivery, DeliveryQuery, Endpoint, EndpointForm, EndpointRevision
from contracts.rpc import Caller
from gateway import settlement_statements, webhook_secrets
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.openapi.decorators import with_parameter
from gateway.paging import page
from gateway.schemas.exchange.tills import (
    PERIOD_OF_FILE,
    RECONCILIATION_FILE,
    ReconciliationForm,
    ReconciliationPage,
    SettlementPage,
    StatementQuery,
)
from gateway.schemas.exchange.webhooks import DeliveryPage, EndpointPage, EndpointWithSecret, RotationForm
from gateway.security.auth import actor, signed_in
from gateway.services import exchange

blp = Blueprint("operators", __name__, description="Books and webhooks of a merchant, for its operators")

_BOOKS = "/v1/merchants/<merchant_id>/<any(live, test):mode>"


def _operator(merchant_id: str, mode: str) -> Caller:
    """Return the caller, who asks for the books of a merchant in a mode."""
    return {**actor(), "merchant": merchant_id, "mode": mode}


@blp.route(f"{_BOOKS}/settlements")
class Settlements(MethodView):
    @signed_in
    @blp.arguments(SettlementQuery, location="query")
    @blp.response(200, SettlementPage)
    def get(self, query: SettlementQuery, merchant_id: str, mode: str) -> Any:
        """List a merchant's monthly statements, newest first (its operators)."""
        return page(exchange.list_settlements(actor=_operator(merchant_id, mode), **query))


@blp.route(f"{_BOOKS}/settlements/<period>")
class OneSettlement(MethodView):
    @signed_in
    @blp.arguments(StatementQuery, location="query")
    @blp.response(200, Statement)
    @blp.alt_response(200, schema={"type": "string"}, content_type="text/csv", success=True)
    def get(self, query: StatementQuery, merchant_id: str, mode: str, period: str) -> Any:
        """Get a month's statement with every line; `?format=csv` has the lines alone (its operators)."""
        return settlement_statements.answer(_operator(merchant_id, mode), period, query["format"])


@blp.route(f"{_BOOKS}/reconciliations")
class Reconciliations(MethodView):
    @signed_in
    @blp.arguments(PeriodQuery, location="query")
    @blp.response(200, ReconciliationPage)
    def get(self, query: PeriodQuery, merchant_id: str, mode: str) -> Any:
        """List reconciliations, newest first (its operators)."""
        return page(exchange.list_reconciliations(actor=_operator(merchant_id, mode), **query))

    @signed_in
    @idempotency.required
    @blp.arguments(ReconciliationForm)
    @blp.doc(requestBody=RECONCILIATION_FILE)
    @with_parameter(PERIOD_OF_FILE)
    @blp.response(201, Reconciliation)
    def post(self, form: ReconciliationForm, merchant_id: str, mode: str) -> Any:
        """Compare a month of the merchant's own books with the statement and store the result (its operators)."""
        return exchange.reconcile(actor=_operator(merchant_id, mode), **form)


@blp.route(f"{_BOOKS}/reconciliations/<reconciliation_id>")
class OneReconciliation(MethodView):
    @signed_in
    @blp.response(200, Reconciliation)
    def get(self, merchant_id: str, mode: str, reconciliation_id: str) -> Any:
        """Get a stored reconciliation (its operators)."""
        caller = _operator(merchant_id, mode)
        return exchange.get_reconciliation(actor=caller, reconciliation_id=reconciliation_id)


@blp.route(f"{_BOOKS}/webhook-endpoints")
class Endpoints(MethodView):
    @signed_in
    @blp.response(200, EndpointPage)
    def get(self, merchant_id: str, mode: str) -> Any:
        """List the merchant's webhook endpoints of a mode, newest first (its operators)."""
        return page(exchange.list_webhook_endpoints(actor=_operator(merchant_id, mode)))

    @signed_in
    @idempotency.required
    @blp.arguments(EndpointForm)
    @blp.response(201, EndpointWithSecret)
    def post(self, form: EndpointForm, merchant_id: str, mode: str) -> Any:
        """Add an endpoint; only this answer and its repeats show the secret (its operators)."""
        return webhook_secrets.add_endpoint(_operator(merchant_id, mode), form)


@blp.route(f"{_BOOKS}/webhook-endpoints/<endpoint_id>")
class OneEndpoint(MethodView):
    @signed_in
    @blp.arguments(EndpointRevision)
    @blp.response(200, Endpoint)
    def put(self, form: EndpointRevision, merchant_id: str, mode: str, endpoint_id: str) -> Any:
        """Replace an endpoint's URL and types, disable it or enable it again (its operators)."""
        return exchange.revise_webhook_endpoint(actor=_operator(merchant_id, mode), endpoint_id=endpoint_id, **form)

    @signed_in
    @blp.response(204)
    def delete(self, merchant_id: str, mode: str, endpoint_id: str) -> None:
        """Remove an endpoint; nothing more is sent to it (its operators)."""
        exchange.remove_webhook_endpoint(actor=_operator(merchant_id, mode), endpoint_id=endpoint_id)


@blp.route(f"{_BOOKS}/webhook-endpoints/<endpoint_id>/rotate-secret")
class Rotations(MethodView):
    @signed_in
    @idempotency.required
    @blp.arguments(RotationForm, required=False)
    @blp.response(200, EndpointWithSecret)
    def post(self, form: RotationForm, merchant_id: str, mode: str, endpoint_id: str) -> Any:
        """Replace the secret; for 24 hours both sign, unless `end_earlier` (its operators)."""
        return webhook_secrets.rotate(_operator(merchant_id, mode), endpoint_id, form)


@blp.route(f"{_BOOKS}/webhook-endpoints/<endpoint_id>/test")
class TestDeliveries(MethodView):
    @signed_in
    @idempotency.required
    @blp.response(201, Delivery)
    def post(self, merchant_id: str, mode: str, endpoint_id: str) -> Any:
        """Send an `endpoint.test`, whatever types the endpoint receives (its operators)."""
        return exchange.try_webhook_endpoint(actor=_operator(merchant_id, mode), endpoint_id=endpoint_id)


@blp.route(f"{_BOOKS}/deliveries")
class Deliveries(MethodView):
    @signed_in
    @blp.arguments(DeliveryQuery, location="query")
    @blp.response(200, DeliveryPage)
    def get(self, query: DeliveryQuery, merchant_id: str, mode: str) -> Any:
        """List deliveries with every attempt, newest first (its operators)."""
        return page(exchange.list_deliveries(actor=_operator(merchant_id, mode), **query))


@blp.route(f"{_BOOKS}/deliveries/<delivery_id>")
class OneDelivery(MethodView):
    @signed_in
    @blp.response(200, Delivery)
    def get(self, merchant_id: str, mode: str, delivery_id: str) -> Any:
        """Get a delivery with every attempt (its operators)."""
        return exchange.get_delivery(actor=_operator(merchant_id, mode), delivery_id=delivery_id)


@blp.route(f"{_BOOKS}/deliveries/<delivery_id>/replay")
class Replays(MethodView):
    @signed_in
    @idempotency.required
    @blp.response(200, Delivery)
    def post(self, merchant_id: str, mode: str, delivery_id: str) -> Any:
        """Send a delivery again, with the same `webhook-id` (its operators)."""
        return exchange.replay_delivery(actor=_operator(merchant_id, mode), delivery_id=delivery_id)
