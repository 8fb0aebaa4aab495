"""Events of the exchange: orders, vouchers, till payments and honours (R25–R27).

The exchange alone decides how a hold ends (R28).
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
    """The paying passbook: a household's id, or a head's person id."""
    person: str
    """The person for whom the order was placed."""
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(_OrderEvent):
    """Stock is reserved; the ledger is to hold the points."""

    placed_by: str | None = None
    """Who placed it: the person, or somebody for them (R6). None in events of before 0.2."""


@dataclass(frozen=True, kw_only=True)
class ConsentRequested(_OrderEvent):
    """The points are held; the person is to agree, until `expires_at`, to what somebody else ordered for them (R6)."""

    placed_by: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(_OrderEvent):
    """The order was cancelled before redemption; stock is restored and the hold is to be released."""


@dataclass(frozen=True, kw_only=True)
class VoucherIssued(_OrderEvent):
    """The points are held; the voucher can be redeemed until `expires_at`."""

    voucher: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class VoucherLapsing(_OrderEvent):
    """The voucher lapses soon; emitted once (R25)."""

    voucher: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class VoucherRedeemed(_OrderEvent):
    """The voucher was redeemed; the hold is to be captured."""

    voucher: str
    merchant: str
    """The redeeming merchant, or the community's id for its own benefits."""


@dataclass(frozen=True, kw_only=True)
class RedemptionUndone(_OrderEvent):
    """A voucher redeemed by mistake: its points are to be returned to the account (R27)."""

    voucher: str
    merchant: str
    refund: str


@dataclass(frozen=True, kw_only=True)
class CodesIssued(_OrderEvent):
    """The buyer received a merchant's own codes, used outside the platform; the hold is to be captured."""


@dataclass(frozen=True, kw_only=True)
class VoucherLapsed(_OrderEvent):
    """The voucher lapsed unredeemed; stock is restored and the hold is to be released."""

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
    """A till requested points; the ledger is to hold them until `expires_at`."""

    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(_PaymentEvent):
    """The till captured `points` of the hold; the rest is to be released."""


@dataclass(frozen=True, kw_only=True)
class PaymentVoided(_PaymentEvent):
    """The till voided the payment, or it expired; the hold is to be released."""


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(_PaymentEvent):
    """`points` of the captured ones are to be returned to the account."""

    refund: str


RewardStep = Literal["changed", "proposed", "approved", "refused"]


@dataclass(frozen=True, kw_only=True)
class RewardDecided(_ExchangeEvent):
    """Somebody changed what a reward costs, proposed it, or decided on somebody else's proposal (R25)."""

    subject_field: ClassVar[str] = "reward"

    reward: str
    step: RewardStep
    title: str
    """What the reward is called."""
    points: int
    """The price, or the proposed one."""
    points_before: int | None
    """The price before; None for a new reward."""
    by: str
    at: datetime


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
    """The working group granted an honour to a candidate (R26). No points are spent."""

    subject_kind: Literal["person", "household"]
    until: date | None = None
    """The last day of the honour."""


@dataclass(frozen=True, kw_only=True)
class HonourRevoked(_HonourEvent):
    """The honour was revoked."""
