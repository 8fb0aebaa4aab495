"""Rewards as JSON."""

from datetime import date
from typing import Any

from services.exchange.domain.rewards import Reward


def terms(form: dict[str, Any]) -> dict[str, Any]:
    """The terms of a reward, with its days as dates."""
    terms = {name: form[name] and date.fromisoformat(form[name]) for name in ("starts_on", "ends_on")}
    terms["merchants"] = form["merchant_ids"]
    return {name: value for name, value in form.items() if name != "merchant_ids"} | terms


def reward(of: Reward) -> dict[str, Any]:
    return {
        "id": of.id,
        "kind": of.kind,
        "name": of.name,
        "description": of.description,
        "points": of.points,
        "stock": of.stock,
        "reserved": of.reserved,
        "sold": of.sold,
        "left": of.left,
        "starts_on": of.starts_on and of.starts_on.isoformat(),
        "ends_on": of.ends_on and of.ends_on.isoformat(),
        "limit_per_household": of.limit_per_household,
        "limit_per_person": of.limit_per_person,
        "gives": of.gives,
        "picture": {"community_id": of.community, "sha256": of.picture} if of.picture else None,
        "merchant_ids": of.merchants,
        "listed": of.listed,
    }
