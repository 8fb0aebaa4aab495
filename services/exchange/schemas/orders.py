"""Orders and vouchers as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from contracts.calls.exchange import orders as calls
from contracts.calls.exchange.tills import RedeemedVoucher, Redemption, ValidVoucher
from services.exchange.domain.codes import grouped
from services.exchange.domain.orders import Order, State
from services.exchange.domain.rewards import Reward
from services.exchange.domain.settlement import Line
from services.exchange.schemas.purchases import available, refusal_code, steps
from services.exchange.schemas.times import iso


def order(
    found: Order, reward: Reward, *, at: datetime, merchants: Mapping[str, str], codes: Sequence[str] = ()
) -> calls.Order:
    """Return an order as its household sees it at that time; `merchants` has the names of merchants by id."""
    return {
        "id": found.id,
        "status": cast(calls.OrderStatus, found.state),
        "reward": _reward(reward),
        "quantity": found.quantity,
        "points": found.points,
        "account_id": found.account,
        "person_id": found.person,
        "placed_by_id": found.placed_by,
        "placed_at": found.placed_at.isoformat(),
        "changed_at": found.changed_at.isoformat(),
        "merchant_ids": reward.merchants,
        "merchant_names": [merchants[merchant] for merchant in reward.merchants],
        "merchant_id": found.merchant,
        "merchant_name": merchants.get(found.merchant) if found.merchant else None,
        "available": available(found),
        "refusal_code": refusal_code(found),
        "voucher": _voucher(found),
        "codes": list(codes),
        "lapses_in_days": found.days_left(at),
        "reminded_at": iso(found.reminded_at),
        "consent": found.consent,
        "consent_until": iso(found.expires_at) if found.state == State.AWAITING_CONSENT else None,
        "seen_at": iso(found.seen_at),
        "told_at": iso(found.told_at),
        "told_by_id": found.told_by,
        "steps": steps(found, merchants),
    }


def paper_notice(found: Order, reward: Reward) -> calls.PaperNotice:
    """Return what to tell a person on paper."""
    return {
        "order_id": found.id,
        "person_id": found.person,
        "household_id": found.household,
        "placed_by_id": found.placed_by,
        "placed_at": found.placed_at.isoformat(),
        "reward": _reward(reward),
        "quantity": found.quantity,
        "points": found.points,
        "status": cast(calls.OrderStatus, found.state),
        "consent": found.consent,
        "told_at": iso(found.told_at),
        "told_by_id": found.told_by,
    }


def valid_voucher(found: Order, reward: Reward) -> ValidVoucher:
    """Return a voucher as a till sees it."""
    return {
        "voucher_id": found.voucher or "",
        "reward": _reward(reward),
        "quantity": found.quantity,
        "points": found.points,
        "person_id": found.person,
        "expires_at": found.expires_at.isoformat(),
    }


def redeemed_voucher(found: Order, reward: Reward, line: Line) -> RedeemedVoucher:
    """Return a redemption with the voucher's holder, as the till that makes it sees it."""
    return {**valid_voucher(found, reward), **redemption(found, reward, line)}


def redemption(found: Order, reward: Reward, line: Line) -> Redemption:
    """Return the redemption that a settlement line stands for."""
    return {
        "id": line.id,
        "voucher_id": found.voucher or "",
        "reward": _reward(reward),
        "quantity": found.quantity,
        "points": found.points,
        "redeemed_at": line.at.isoformat(),
        "merchant_reference": line.merchant_reference,
        "till": line.till,
        "shop_id": line.shop,
        "undone_at": found.undone_at,
    }


def _reward(reward: Reward) -> calls.RewardShown:
    return {"id": reward.id, "kind": reward.kind, "name": reward.name}


def _voucher(found: Order) -> calls.Voucher | None:
    if found.voucher is None or found.code is None:
        return None
    expires_at = found.expires_at.isoformat()
    return {"id": found.voucher, "code": grouped(found.code), "qr": found.code, "expires_at": expires_at}
