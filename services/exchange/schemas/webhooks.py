"""Webhook endpoints, without their secrets, and deliveries as JSON."""

from typing import Literal, cast

from contracts.calls.exchange import webhooks as calls
from services.exchange.domain.notices import MerchantEvent
from services.exchange.domain.webhooks import Delivery, Endpoint
from services.exchange.schemas.times import iso


def endpoint(found: Endpoint) -> calls.Endpoint:
    return {
        "id": found.id,
        "url": found.url,
        "types": found.types,
        "mode": found.mode,
        "status": cast(Literal["active", "disabled"], found.state),
        "created_at": found.created_at.isoformat(),
        "disabled_at": iso(found.disabled_at),
        "earlier_secret_until": iso(found.earlier_until),
    }


def merchant_event(found: MerchantEvent) -> calls.MerchantEvent:
    return {
        "id": found.id,
        "type": cast(calls.NoticeType, found.type),
        "at": found.at.isoformat(),
        "data": found.data,
    }


def delivery(found: Delivery) -> calls.Delivery:
    return {
        "id": found.id,
        "endpoint_id": found.endpoint,
        "type": found.type,
        "data": found.data,
        "status": cast(calls.DeliveryStatus, found.state),
        "created_at": found.created_at.isoformat(),
        "next_attempt_at": found.due_at.isoformat() if found.state == "pending" else None,
        "attempts": cast(list[calls.Attempt], found.attempts),
    }
