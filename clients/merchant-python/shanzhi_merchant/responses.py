"""Responses of the platform as dataclasses. Unknown fields are ignored, so that the platform can add some."""

from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class _Response:
    @classmethod
    def from_json(cls, response: dict[str, Any]) -> Self:
        """Return an instance of the known fields; missing ones are None."""
        return cls(**{field.name: response.get(field.name) for field in fields(cls)})


@dataclass(frozen=True, kw_only=True)
class Voucher(_Response):
    """A valid voucher: hand over `quantity` of `reward["name"]`."""

    voucher_id: str
    reward: dict[str, str]
    quantity: int
    points: int
    holder: str | None
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class Redemption(_Response):
    """A redeemed voucher."""

    id: str
    voucher_id: str
    reward: dict[str, str]
    quantity: int
    points: int
    redeemed_at: str
    merchant_reference: str | None


@dataclass(frozen=True, kw_only=True)
class Authorization(_Response):
    """Points held for ten minutes; `status` is pending, authorized, refused, captured, voided or expired."""

    id: str
    status: str
    points: int
    captured: int
    refunded: int
    merchant_reference: str
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class Refund(_Response):
    """Refunded points."""

    id: str
    authorization_id: str
    points: int
    merchant_reference: str
    at: str
