"""Endpoints and deliveries as JSON; never a secret."""

from typing import Any

from services.exchange.domain.webhooks import Delivery, Endpoint


def endpoint(of: Endpoint) -> dict[str, Any]:
    return {
        "id": of.id,
        "url": of.url,
        "types": of.types,
        "mode": of.mode,
        "status": of.state,
        "created_at": of.created_at.isoformat(),
        "disabled_at": of.disabled_at and of.disabled_at.isoformat(),
        "earlier_secret_until": of.earlier_until and of.earlier_until.isoformat(),
    }


def delivery(of: Delivery) -> dict[str, Any]:
    return {
        "id": of.id,
        "endpoint_id": of.endpoint,
        "type": of.type,
        "data": of.data,
        "status": of.state,
        "created_at": of.created_at.isoformat(),
        "next_attempt_at": of.due_at.isoformat() if of.state == "pending" else None,
        "attempts": of.attempts,
    }
