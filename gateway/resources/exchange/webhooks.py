"""Webhook endpoints and deliveries, for programs with a merchant's key (R27)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.exchange.webhooks import (
    Delivery,
    DeliveryQuery,
    Endpoint,
    EndpointForm,
    EndpointRevision,
    EventPage,
    EventQuery,
)
from gateway import webhook_secrets
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.paging import page
from gateway.schemas.exchange.webhooks import DeliveryPage, EndpointPage, EndpointWithSecret, RotationForm
from gateway.security.auth import actor
from gateway.security.merchant_keys import for_merchants
from gateway.services import exchange

blp = Blueprint("webhooks", __name__, description="Webhooks of merchants (Standard Webhooks 1.0)")


@blp.route("/v1/merchant/events")
class Events(MethodView):
    @for_merchants("webhooks")
    @blp.arguments(EventQuery, location="query")
    @blp.response(200, EventPage)
    def get(self, query: EventQuery) -> Any:
        """List what webhooks would have told, oldest first, of the last 30 days, with or without endpoints.

        Keep `next_cursor` and continue from it the next time: nothing is skipped and nothing is listed twice. An event
        is listed about a second after it happened.
        """
        events = exchange.list_events(actor=actor(), **query)
        return page(events) | {"has_more": events["has_more"]}


@blp.route("/v1/merchant/webhook-endpoints")
class Endpoints(MethodView):
    @for_merchants("webhooks")
    @blp.response(200, EndpointPage)
    def get(self) -> Any:
        """List the endpoints of the key's mode, newest first."""
        return page(exchange.list_webhook_endpoints(actor=actor()))

    @for_merchants("webhooks", signed=True)
    @idempotency.required
    @blp.arguments(EndpointForm)
    @blp.response(201, EndpointWithSecret)
    def post(self, form: EndpointForm) -> Any:
        """Add an endpoint. Only this answer, and repeats with the same `Idempotency-Key`, show its secret."""
        return webhook_secrets.add_endpoint(actor(), form)


@blp.route("/v1/merchant/webhook-endpoints/<endpoint_id>")
class OneEndpoint(MethodView):
    @for_merchants("webhooks", signed=True)
    @blp.arguments(EndpointRevision)
    @blp.response(200, Endpoint)
    def put(self, form: EndpointRevision, endpoint_id: str) -> Any:
        """Replace an endpoint's URL and types; `active: false` disables it, `true` enables it again.

        Its secret stays. What is still to be sent goes to the new URL; what a disabled endpoint never got has failed
        and can be replayed.
        """
        return exchange.revise_webhook_endpoint(actor=actor(), endpoint_id=endpoint_id, **form)

    @for_merchants("webhooks", signed=True)
    @blp.response(204)
    def delete(self, endpoint_id: str) -> None:
        """Remove an endpoint; nothing more is sent to it."""
        exchange.remove_webhook_endpoint(actor=actor(), endpoint_id=endpoint_id)


@blp.route("/v1/merchant/webhook-endpoints/<endpoint_id>/rotate-secret")
class Rotations(MethodView):
    @for_merchants("webhooks", signed=True)
    @idempotency.required
    @blp.arguments(RotationForm, required=False)
    @blp.response(200, EndpointWithSecret)
    def post(self, form: RotationForm, endpoint_id: str) -> Any:
        """Replace the secret. For 24 hours both sign, so that no notice fails while you change over.

        While an earlier secret still signs, a further one is refused with 409, since it would end the earlier one too
        soon. With `end_earlier`, for a secret that others know, only the new one signs from now on.
        """
        return webhook_secrets.rotate(actor(), endpoint_id, form)


@blp.route("/v1/merchant/webhook-endpoints/<endpoint_id>/test")
class TestDeliveries(MethodView):
    @for_merchants("webhooks", signed=True)
    @idempotency.required
    @blp.response(201, Delivery)
    def post(self, endpoint_id: str) -> Any:
        """Send an `endpoint.test`, whatever types the endpoint receives."""
        return exchange.try_webhook_endpoint(actor=actor(), endpoint_id=endpoint_id)


@blp.route("/v1/merchant/deliveries")
class Deliveries(MethodView):
    @for_merchants("webhooks")
    @blp.arguments(DeliveryQuery, location="query")
    @blp.response(200, DeliveryPage)
    def get(self, query: DeliveryQuery) -> Any:
        """List deliveries with every attempt, newest first."""
        return page(exchange.list_deliveries(actor=actor(), **query))


@blp.route("/v1/merchant/deliveries/<delivery_id>")
class OneDelivery(MethodView):
    @for_merchants("webhooks")
    @blp.response(200, Delivery)
    def get(self, delivery_id: str) -> Any:
        """Get a delivery with every attempt."""
        return exchange.get_delivery(actor=actor(), delivery_id=delivery_id)


@blp.route("/v1/merchant/deliveries/<delivery_id>/replay")
class Replays(MethodView):
    @for_merchants("webhooks", signed=True)
    @idempotency.required
    @blp.response(200, Delivery)
    def post(self, delivery_id: str) -> Any:
        """Send a delivery again, with the same `webhook-id`."""
        return exchange.replay_delivery(actor=actor(), delivery_id=delivery_id)
