"""Orders and vouchers as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.exchange.domain.codes import grouped
from services.exchange.domain.orders import Order
from services.exchange.domain.rewards import Reward
from services.exchange.domain.settlement import Line
from services.exchange.schemas.purchases import available, refusal_code, steps


def order(of: Order, reward: Reward, *, at: datetime, codes: Sequence[str] = ()) -> dict[str, Any]:
    """As its household sees it at that moment."""
    return {
        "id": of.id,
        "status": of.state,
        "reward": {"id": reward.id, "kind": reward.kind, "name": reward.name},
        "quantity": of.quantity,
        "points": of.points,
        "account_id": of.account,
        "person_id": of.person,
        "placed_by_id": of.placed_by,
        "placed_at": of.placed_at.isoformat(),
        "merchant_ids": reward.merchants,
        "merchant_id": of.merchant,
        "available": available(of),
        "refusal_code": refusal_code(of),
        "voucher": _voucher(of),
        "codes": list(codes),
        "lapses_in_days": of.days_left(at),
        "reminded_at": of.reminded_at and of.reminded_at.isoformat(),
        "steps": steps(of),
    }


def voucher(of: Order, reward: Reward) -> dict[str, Any]:
    """What a till sees before it hands anything over."""
    return {
        "voucher_id": of.voucher,
        "reward": {"id": reward.id, "kind": reward.kind, "name": reward.name},
        "quantity": of.quantity,
        "points": of.points,
        "person_id": of.person,
        "expires_at": of.expires_at.isoformat(),
    }


def redemption(of: Order, reward: Reward, line: Line) -> dict[str, Any]:
    return voucher(of, reward) | {
        "id": line.id,
        "redeemed_at": line.at.isoformat(),
        "merchant_reference": line.merchant_reference,
        "till": line.till,
    }


def _voucher(of: Order) -> dict[str, Any] | None:
    if of.voucher is None or of.code is None:
        return None
    return {"id": of.voucher, "code": grouped(of.code), "qr": of.code, "expires_at": of.expires_at.isoformat()}
