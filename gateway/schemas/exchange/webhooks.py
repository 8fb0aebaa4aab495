"""Webhook endpoints with the secrets that the gateway makes (R27)."""

from typing import Annotated

from contracts.calls.exchange.webhooks import Endpoint
from contracts.schema import Doc


class NewEndpoint(Endpoint):
    secret: Annotated[str, Doc("whsec_…, never shown again")]
