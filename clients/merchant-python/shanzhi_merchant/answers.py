"""What the platform answers a till. Fields it may add later are ignored."""

from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class _Answer:
    @classmethod
    def of(cls, answer: dict[str, Any]) -> Self:
        """From JSON, taking what is known."""
        return cls(**{each.name: answer.get(each.name) for each in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class Voucher(_Answer):
    """What to hand over: `quantity` of `reward["name"]`."""

    voucher_id: str
    reward: dict[str, str]
    quantity: int
    points: int
    holder: str | None
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class Redemption(_Answer):
    """A voucher honoured, once."""

    id: str
    voucher_id: str
    reward: dict[str, str]
    quantity: int
    points: int
    redeemed_at: str
    merchant_reference: str | None


@dataclass(frozen=True, kw_only=True)
class Authorization(_Answer):
    """Points held for ten minutes; `status` pending, authorized, refused, captured, voided or expired."""

    id: str
    status: str
    points: int
    captured: int
    refunded: int
    merchant_reference: str
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class Refund(_Answer):
    """Points given back."""

    id: str
    authorization_id: str
    points: int
    merchant_reference: str
    at: str
