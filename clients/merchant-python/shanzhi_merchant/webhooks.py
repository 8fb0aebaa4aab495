"""What the platform tells a shop: notices by Standard Webhooks, checked before they are believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class NotOurs(Exception):
    """The notice was not signed with this secret, or is older than five minutes. Answer 400."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something happened. It may come twice: `id` tells; it says only what to look up."""

    id: str
    type: str
    timestamp: str
    data: dict[str, Any]


def opened(body: bytes, headers: Mapping[str, str], secret: str) -> Notice:
    """The notice in a request's `body`, signed with the endpoint's `whsec_…`. Raises NotOurs."""
    try:
        told = Webhook(secret).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError) as error:
        raise NotOurs(str(error)) from error
    ids = {name.lower(): value for name, value in headers.items()}
    return Notice(id=ids["webhook-id"], type=told["type"], timestamp=told["timestamp"], data=told["data"])
