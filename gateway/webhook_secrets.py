"""Calls that make a webhook's secret (R27).

Secrets are created here and shown once, also to repeats of the request; the exchange stores them encrypted.
"""

import base64
import secrets
from typing import Any

from contracts.calls.exchange.webhooks import EndpointForm
from contracts.rpc import Caller
from gateway.rpc import returning_secrets
from gateway.schemas.exchange.webhooks import RotationForm
from gateway.services import exchange


def add_endpoint(caller: Caller, form: EndpointForm) -> Any:
    """Add an endpoint and return it with its secret. Raises what the exchange raises."""
    secret = _new_secret()
    add = returning_secrets(exchange.add_webhook_endpoint, {"secret": secret})
    return add(actor=caller, secret=secret, **form)


def rotate(caller: Caller, endpoint_id: str, form: RotationForm) -> Any:
    """Give an endpoint a new secret and return it with that. Raises what the exchange raises."""
    secret = _new_secret()
    replace = returning_secrets(exchange.rotate_webhook_secret, {"secret": secret})
    return replace(actor=caller, endpoint_id=endpoint_id, secret=secret, **form)


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
