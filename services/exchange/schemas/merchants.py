"""Merchants, shops and keys as JSON, and tills from the caller that the gateway announces."""

from typing import cast

from contracts.calls.exchange import merchants as calls
from contracts.rpc import Caller
from services.exchange.domain.merchants import Key, Merchant, Shop, Till
from services.exchange.domain.purchases import Mode
from services.exchange.schemas.times import iso


def till(actor: Caller, name: str | None = None, shop: str | None = None) -> Till:
    """Return the till of a merchant's key, with the names it gave of itself and its shop."""
    return Till(
        community=actor["community"] or "",
        merchant=actor["merchant"] or "",
        mode=cast(Mode, actor["mode"]),
        key=actor["key"],
        name=name,
        shop=shop,
    )


def merchant(found: Merchant) -> calls.Merchant:
    return {"id": found.id, "name": found.name, "address": found.address, "active": found.active}


def shop(found: Shop) -> calls.Shop:
    return {
        "id": found.id,
        "merchant_id": found.merchant,
        "name": found.name,
        "address": found.address,
        "active": found.active,
    }


def key(found: Key) -> calls.Key:
    return {
        "id": found.id,
        "merchant_id": found.merchant,
        "mode": found.mode,
        "scopes": found.scopes,
        "shown": found.shown,
        "algorithm": found.algorithm,
        "created_at": found.created_at.isoformat(),
        "revoked_at": iso(found.revoked_at),
    }


def signing_key(found: Key) -> calls.SigningKey:
    """Return what the key's signatures are verified with."""
    return {"key": found.id, "algorithm": found.algorithm, "material": found.material}


def credential(found: Key) -> calls.Credential:
    """Return what the gateway needs to know of a key's owner."""
    return {
        "merchant": found.merchant,
        "community": found.community,
        "mode": found.mode,
        "scopes": found.scopes,
        "key": found.id,
    }
