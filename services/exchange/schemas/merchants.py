"""Merchants, keys and tills as JSON."""

from typing import Any

from services.exchange.domain.merchants import Key, Merchant, Shop, Till


def till(actor: dict[str, Any], name: str | None = None, shop: str | None = None) -> Till:
    """Which merchant's till asks, and by which key."""
    known = {field: actor[field] for field in ("community", "merchant", "mode", "key")}
    return Till(name=name, shop=shop, **known)


def merchant(of: Merchant) -> dict[str, Any]:
    return {"id": of.id, "name": of.name, "address": of.address, "active": of.active}


def shop(of: Shop) -> dict[str, Any]:
    return {
        "id": of.id,
        "merchant_id": of.merchant,
        "name": of.name,
        "address": of.address,
        "active": of.active,
    }


def key(of: Key) -> dict[str, Any]:
    return {
        "id": of.id,
        "merchant_id": of.merchant,
        "mode": of.mode,
        "scopes": of.scopes,
        "shown": of.shown,
        "algorithm": of.algorithm,
        "created_at": of.created_at.isoformat(),
        "revoked_at": of.revoked_at and of.revoked_at.isoformat(),
    }


def signing_key(of: Key) -> dict[str, Any]:
    """What a signature made with a key is checked with."""
    return {"key": of.id, "algorithm": of.algorithm, "material": of.material}


def credential(of: Key) -> dict[str, Any]:
    """What the gateway needs to know of whoever showed a key."""
    return {"merchant": of.merchant, "community": of.community, "mode": of.mode, "scopes": of.scopes, "key": of.id}
