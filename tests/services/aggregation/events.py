"""Events as review and the exchange would tell them, with everything a test does not care about filled in."""

from datetime import UTC, date, datetime
from typing import Any

from contracts import calendar
from contracts.exchange import (
    OrderCancelled,
    OrderPlaced,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentRefunded,
    PaymentVoided,
    RedemptionUndone,
    VoucherRedeemed,
)
from contracts.registry import HouseholdMerged
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized

COMMUNITY = "com_changning"
HOUSEHOLD = "hou_li"
PERSON = "per_li"
HEAD = "per_wang"
COURTYARD = "cty_12"
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def _attributed(entry: str, points: int, **other: Any) -> dict[str, Any]:
    day = other.setdefault("day", date(2026, 11, 3))
    return {
        "community": COMMUNITY,
        "entry": entry,
        "origin": "claim",
        "source": entry.replace("ent_", "clm_"),
        "book": "household",
        "person": PERSON,
        "household": HOUSEHOLD,
        "courtyard": COURTYARD,
        "item": "clean_up",
        "category": "living_environment",
        "period": calendar.period_of(day),
        "points": points,
        "at": AT,
    } | other


def approved(entry: str, points: int, **other: Any) -> EntryApproved:
    return EntryApproved(by="per_chair", **_attributed(entry, points, **other))


def finalized(entry: str, points: int, **other: Any) -> EntryFinalized:
    return EntryFinalized(**_attributed(entry, points, **other))


def corrected(correction: str, entry: str, points: int, **other: Any) -> EntryCorrected:
    return EntryCorrected(correction=correction, **_attributed(entry, points, **other))


def _order(hold: str, points: int, **other: Any) -> dict[str, Any]:
    return {
        "community": COMMUNITY,
        "order": hold.replace("hld_", "ord_"),
        "hold": hold,
        "account": HOUSEHOLD,
        "person": PERSON,
        "points": points,
        "at": AT,
    } | other


def placed(hold: str, points: int, **other: Any) -> OrderPlaced:
    return OrderPlaced(**_order(hold, points, **other))


def cancelled(hold: str, points: int, **other: Any) -> OrderCancelled:
    return OrderCancelled(**_order(hold, points, **other))


def redeemed(hold: str, points: int, **other: Any) -> VoucherRedeemed:
    return VoucherRedeemed(voucher="vou_1", merchant="mer_1", **_order(hold, points, **other))


def undone(refund: str, hold: str, points: int, **other: Any) -> RedemptionUndone:
    return RedemptionUndone(refund=refund, voucher="vou_1", merchant="mer_1", **_order(hold, points, **other))


def _payment(hold: str, points: int, **other: Any) -> dict[str, Any]:
    return {
        "community": COMMUNITY,
        "payment": hold.replace("hld_", "pay_"),
        "hold": hold,
        "account": HOUSEHOLD,
        "person": PERSON,
        "merchant": "mer_1",
        "points": points,
        "at": AT,
    } | other


def authorized(hold: str, points: int, **other: Any) -> PaymentAuthorized:
    return PaymentAuthorized(expires_at=AT, **_payment(hold, points, **other))


def captured(hold: str, points: int, **other: Any) -> PaymentCaptured:
    return PaymentCaptured(**_payment(hold, points, **other))


def voided(hold: str, points: int, **other: Any) -> PaymentVoided:
    return PaymentVoided(**_payment(hold, points, **other))


def refunded(refund: str, hold: str, points: int, **other: Any) -> PaymentRefunded:
    return PaymentRefunded(refund=refund, **_payment(hold, points, **other))


def merged(household: str, into: str, **other: Any) -> HouseholdMerged:
    facts: dict[str, Any] = {"community": COMMUNITY, "household": household, "into": into, "since": date(2026, 11, 20)}
    return HouseholdMerged(**facts | other)
