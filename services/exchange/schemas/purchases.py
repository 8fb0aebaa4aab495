"""What orders and till payments have in common as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from contracts.calls.exchange.orders import RefusalCode, Step
from contracts.errors import InsufficientPoints
from services.exchange.domain.history import explain
from services.exchange.domain.purchases import Purchase


def available(purchase: Purchase) -> int | None:
    """Return the points that the account had when the hold was refused."""
    return next((entry["available"] for entry in _refusals(purchase)), None)


def refusal_code(purchase: Purchase) -> RefusalCode:
    """Return why the hold was refused."""
    code = next((entry.get("reason", InsufficientPoints.code) for entry in _refusals(purchase)), None)
    return cast(RefusalCode, code)


def steps(purchase: Purchase, merchants: Mapping[str, str]) -> list[Step]:
    """Return each step; `merchants` has the names of merchants by id."""
    return [_step(entry, merchants) for entry in purchase.history]


def _refusals(purchase: Purchase) -> Iterator[dict[str, Any]]:
    return (entry for entry in purchase.history if entry["step"] == "refused")


def _step(entry: dict[str, Any], merchants: Mapping[str, str]) -> Step:
    step: Step = {"step": entry["step"], "at": entry["at"], "text": explain(entry)}
    if "by" in entry:
        step["by_id"] = entry["by"]
    if "merchant" in entry:
        step["merchant_id"] = entry["merchant"]
        if entry["merchant"] in merchants:
            step["merchant_name"] = merchants[entry["merchant"]]
    return step
