"""The exchange's forms over RPC: what comes in as JSON, and what goes out."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from services.exchange.domain.codes import grouped
from services.exchange.domain.history import explain
from services.exchange.domain.merchants import Key, Merchant, Till
from services.exchange.domain.orders import Order
from services.exchange.domain.payments import Paycode, Payment
from services.exchange.domain.purchases import Purchase
from services.exchange.domain.rewards import Reward
from services.exchange.domain.settlement import Line, Statement, Sum

T = TypeVar("T")


def terms(form: dict[str, Any]) -> dict[str, Any]:
    """The terms of a reward, with its days as dates."""
    terms = {name: form[name] and date.fromisoformat(form[name]) for name in ("starts_on", "ends_on")}
    terms["merchants"] = form["merchant_ids"]
    return {name: value for name, value in form.items() if name != "merchant_ids"} | terms


def till(actor: dict[str, Any], name: str | None = None) -> Till:
    """Which merchant's till asks, and by which key."""
    known = {field: actor[field] for field in ("community", "merchant", "mode", "key")}
    return Till(name=name, **known)


def page(found: Sequence[T], limit: int, dump: Callable[[T], dict[str, Any]], key: str = "id") -> dict[str, Any]:
    """A page of at most `limit`, of `limit + 1` found; the cursor is the last one's key."""
    data = [dump(each) for each in found[:limit]]
    return {"data": data, "next_cursor": data[-1][key] if len(found) > limit else None}


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
        "merchant_ids": of.merchants,
        "listed": of.listed,
    }


def order(of: Order, reward: Reward) -> dict[str, Any]:
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
        "available": _available(of),
        "voucher": _voucher(of),
        "steps": _steps(of),
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


def payment(of: Payment) -> dict[str, Any]:
    """As the merchant sees it: who pays, and what he has, is not the merchant's business."""
    return {
        "id": of.id,
        "status": of.state,
        "mode": of.mode,
        "points": of.points,
        "captured": of.captured,
        "refunded": of.refunded,
        "merchant_reference": of.merchant_reference,
        "till": of.till,
        "created_at": of.created_at.isoformat(),
        "expires_at": of.expires_at.isoformat(),
    }


def redemption(of: Order, reward: Reward, line: Line) -> dict[str, Any]:
    return voucher(of, reward) | {
        "id": line.id,
        "redeemed_at": line.at.isoformat(),
        "merchant_reference": line.merchant_reference,
        "till": line.till,
    }


def refund(of: Line, payment: Payment) -> dict[str, Any]:
    return {
        "id": of.id,
        "authorization_id": payment.id,
        "points": -of.points,
        "captured": payment.captured,
        "refunded": payment.refunded,
        "merchant_reference": of.merchant_reference,
        "at": of.at.isoformat(),
    }


def paycode(of: Paycode, digits: str) -> dict[str, Any]:
    return {"paycode": digits, "qr": digits, "account_id": of.account, "expires_at": of.expires_at.isoformat()}


def credential(of: Key) -> dict[str, Any]:
    """What the gateway needs to know of whoever showed a key."""
    return {"merchant": of.merchant, "community": of.community, "mode": of.mode, "scopes": of.scopes, "key": of.id}


def merchant(of: Merchant) -> dict[str, Any]:
    return {"id": of.id, "name": of.name, "address": of.address, "active": of.active}


def key(of: Key) -> dict[str, Any]:
    return {
        "id": of.id,
        "merchant_id": of.merchant,
        "mode": of.mode,
        "scopes": of.scopes,
        "shown": of.shown,
        "created_at": of.created_at.isoformat(),
        "revoked_at": of.revoked_at and of.revoked_at.isoformat(),
    }


def line(of: Line) -> dict[str, Any]:
    return {
        "id": of.id,
        "kind": of.kind,
        "period": of.period,
        "at": of.at.isoformat(),
        "points": of.points,
        "amount_fen": of.amount_fen,
        "source_id": of.source,
        "merchant_reference": of.merchant_reference,
        "till": of.till,
    }


def statement(of: Statement) -> dict[str, Any]:
    return {
        "id": of.period,
        "period": of.period,
        "lines": of.lines,
        "opening": _sum(of.opening),
        "redemptions": _sum(of.redemptions),
        "captures": _sum(of.captures),
        "refunds": _sum(of.refunds),
        "total": _sum(of.total),
        "closing": _sum(of.closing),
    }


def _sum(of: Sum) -> dict[str, int]:
    return {"points": of.points, "amount_fen": of.amount_fen}


def _voucher(of: Order) -> dict[str, Any] | None:
    if of.voucher is None or of.code is None:
        return None
    return {"id": of.voucher, "code": grouped(of.code), "qr": of.code, "expires_at": of.expires_at.isoformat()}


def _available(of: Purchase) -> int | None:
    """What the account had when the bank refused."""
    return next((entry["available"] for entry in of.history if entry["step"] == "refused"), None)


def _steps(of: Purchase) -> list[dict[str, Any]]:
    return [_step(entry) for entry in of.history]


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    who = {f"{role}_id": entry[role] for role in ("by", "merchant") if role in entry}
    return {"step": entry["step"], "at": entry["at"], "text": explain(entry)} | who
