"""Webhook endpoints with the secrets that the gateway makes (R27)."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.calls.exchange.webhooks import Delivery, Endpoint
from contracts.schema import Doc
from gateway.paging import page_schema

EndpointPage = page_schema(Endpoint)
DeliveryPage = page_schema(Delivery, counted=True)


class RotationForm(TypedDict):
    end_earlier: Annotated[
        bool,
        fields.Boolean(load_default=False, truthy={True}, falsy={False}),
        Doc("Let no earlier secret sign any longer"),
    ]


class EndpointWithSecret(Endpoint):
    secret: Annotated[str, Doc("whsec_…, never shown again")]
