"""What a purchase says of itself, whatever was bought."""

from collections.abc import Iterator
from typing import Any

from contracts.errors import InsufficientPoints
from services.exchange.domain.history import explain
from services.exchange.domain.purchases import Purchase


def available(of: Purchase) -> int | None:
    """What the account had when the bank refused."""
    return next((entry["available"] for entry in _refusals(of)), None)


def refusal_code(of: Purchase) -> str | None:
    """Why the bank refused."""
    return next((entry.get("reason", InsufficientPoints.code) for entry in _refusals(of)), None)


def steps(of: Purchase) -> list[dict[str, Any]]:
    return [_step(entry) for entry in of.history]


def _refusals(of: Purchase) -> Iterator[dict[str, Any]]:
    return (entry for entry in of.history if entry["step"] == "refused")


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    who = {f"{role}_id": entry[role] for role in ("by", "merchant") if role in entry}
    return {"step": entry["step"], "at": entry["at"], "text": explain(entry)} | who
