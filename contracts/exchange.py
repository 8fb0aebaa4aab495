"""What the exchange tells: orders, vouchers, till payments and honours (R25–R27).

It alone decides how each hold ends (R28).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class _ExchangeEvent(Event):
    publisher: ClassVar[str] = "exchange"


@dataclass(frozen=True, kw_only=True)
class _OrderEvent(_ExchangeEvent):
    subject_field: ClassVar[str] = "order"

    order: str
    hold: str
    account: str
    """The passbook that pays: a household's id, or a head's person id."""
    person: str
    """Who ordered."""
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(_OrderEvent):
    """Stock is reserved; the bank is asked to hold the points."""


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(_OrderEvent):
    """Cancelled before it was honoured; stock is back and the hold is to be released."""


@dataclass(frozen=True, kw_only=True)
class VoucherIssued(_OrderEvent):
    """The points are held; the voucher can be honoured until it expires."""

    voucher: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class VoucherLapsing(_OrderEvent):
    """The voucher can be honoured for a few days more; told once (R25)."""

    voucher: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class VoucherRedeemed(_OrderEvent):
    """It was honoured, once; the hold is to be captured."""

    voucher: str
    merchant: str
    """Which merchant honoured it; a community benefit bears the community's own id."""


@dataclass(frozen=True, kw_only=True)
class CodesIssued(_OrderEvent):
    """The buyer got codes of a merchant's own, honoured outside the platform; the hold is to be captured."""


@dataclass(frozen=True, kw_only=True)
class VoucherLapsed(_OrderEvent):
    """Nobody honoured it in time; stock is back and the hold is to be released."""

    voucher: str


@dataclass(frozen=True, kw_only=True)
class _PaymentEvent(_ExchangeEvent):
    subject_field: ClassVar[str] = "payment"

    payment: str
    hold: str
    account: str
    person: str
    merchant: str
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentAuthorized(_PaymentEvent):
    """A till asks for points; the bank is asked to hold them until `expires_at`."""

    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(_PaymentEvent):
    """The till took `points` of the hold; the rest is to be released."""


@dataclass(frozen=True, kw_only=True)
class PaymentVoided(_PaymentEvent):
    """The till, or time, gave the hold up."""


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(_PaymentEvent):
    """`points` of what was captured go back to the account."""

    refund: str


@dataclass(frozen=True, kw_only=True)
class _HonourEvent(_ExchangeEvent):
    subject_field: ClassVar[str] = "decision"

    decision: str
    honour: str
    awarded: str
    """A person or a household."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HonourGranted(_HonourEvent):
    """The working group decided for a candidate (R26). Nothing was spent."""

    subject_kind: Literal["person", "household"]
    until: date | None = None
    """The last day on which it holds."""


@dataclass(frozen=True, kw_only=True)
class HonourRevoked(_HonourEvent):
    """It no longer holds."""
