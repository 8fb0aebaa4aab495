"""Verify webhooks of the platform (Standard Webhooks 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class InvalidWebhook(Exception):
    """The request was not signed with this secret, or is older than five minutes. Answer 400."""


@dataclass(frozen=True, kw_only=True)
class WebhookEvent:
    """A verified webhook. It may be delivered twice with the same `id`; `data` has only the ids to look up."""

    id: str
    type: str
    timestamp: str
    data: dict[str, Any]


def verify_webhook(body: bytes, headers: Mapping[str, str], secret: str) -> WebhookEvent:
    """Return the event in a request's `body`, signed with the endpoint's `whsec_…`. Raise InvalidWebhook otherwise."""
    try:
        event = Webhook(secret).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError) as error:
        raise InvalidWebhook(str(error)) from error
    lowered = {name.lower(): value for name, value in headers.items()}
    return WebhookEvent(id=lowered["webhook-id"], type=event["type"], timestamp=event["timestamp"], data=event["data"])
