"""What a merchant's till does: redeem vouchers, hold, capture, release and refund points; and test mode (R27, R28)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack, get_args

from contracts import fields
from contracts.calls.exchange.orders import CardShown, Denial, Order, Paycode, RefusalCode, RewardShown
from contracts.paging import ChangesQuery
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Doc, Instant

Mode = Literal["live", "test"]
PaymentStatus = Literal["pending", "authorized", "refused", "captured", "voided", "expired"]

Reference = Annotated[
    str,
    fields.Text(
        64,
        pattern=r"[A-Za-z0-9][A-Za-z0-9_.:/-]*",
        example="T1-20261105-0007",
        metadata={"description": "The shop's own number of the sale; unique for each kind of operation"},
    ),
]
"""The number of a sale in the shop's own books."""


class FromTill(TypedDict):
    till: NotRequired[
        Annotated[
            str,
            fields.Text(40, pattern=r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff.:/ -]*", example="1"),
            Doc("The shop's own name of this till"),
        ]
    ]
    shop_id: NotRequired[Annotated[str, fields.Id("shp"), Doc("The shop of the merchant")]]


class SaleQuery(ChangesQuery):
    """Which of a merchant's sales."""

    merchant_reference: Annotated[
        str | None,
        fields.Text(64, pattern=r"[A-Za-z0-9][A-Za-z0-9_.:/-]*", example="T1-20261105-0007", load_default=None),
        Doc("With that number of the shop's own"),
    ]
    first_day: Annotated[str | None, fields.Day(load_default=None), Doc("From that day on, in Asia/Shanghai")]
    last_day: Annotated[str | None, fields.Day(load_default=None), Doc("Up to and including that day")]
    till: Annotated[str | None, fields.Text(40, example="1", load_default=None), Doc("At that till")]
    shop_id: Annotated[str | None, fields.Id("shp", load_default=None), Doc("In that shop")]


# Vouchers


class CodeForm(TypedDict):
    code: Annotated[
        str, fields.Text(40, example="7K3M-9Q2P-XW4T"), Doc("As scanned or typed, in any case and grouping")
    ]


class RedemptionForm(FromTill, CodeForm):
    merchant_reference: NotRequired[Reference]


class VoucherValue(TypedDict):
    """What a till hands over for a voucher."""

    voucher_id: str
    reward: RewardShown
    quantity: int
    points: int


class ValidVoucher(VoucherValue):
    person_id: str
    expires_at: Instant


class Redemption(VoucherValue):
    id: str
    redeemed_at: Instant
    merchant_reference: str | None
    till: str | None
    shop_id: str | None
    undone_at: Annotated[Instant | None, Doc("When it was undone; its points are back on the passbook")]


class UndoForm(FromTill):
    merchant_reference: NotRequired[Reference]


class RedeemedVoucher(ValidVoucher, Redemption):
    """A redemption with the voucher's holder."""


# Payments


class CaptureForm(FromTill):
    points: NotRequired[Annotated[int, fields.Count(1, 1_000_000), Doc("By default all that is held")]]


class RefundForm(FromTill):
    authorization_id: Annotated[str, fields.Id("pay")]
    points: Annotated[int, fields.Count(1, 1_000_000)]
    merchant_reference: Reference


class AuthorizationQuery(SaleQuery):
    status: NotRequired[
        Annotated[
            list[PaymentStatus],
            fields.Several(*get_args(PaymentStatus)),
            Doc("Only those with one of these now, separated by commas", example=["pending", "authorized"]),
        ]
    ]


class Authorization(TypedDict):
    """`pending` until the hold is answered; held for ten minutes."""

    id: str
    status: PaymentStatus
    refusal_code: RefusalCode
    mode: Mode
    points: int
    captured: int
    refunded: int
    merchant_reference: str
    till: str | None
    shop_id: str | None
    created_at: Instant
    expires_at: Instant


class Refund(TypedDict):
    id: str
    authorization_id: str
    points: int
    captured: int
    refunded: Annotated[int, Doc("With all earlier refunds")]
    merchant_reference: str
    till: str | None
    shop_id: str | None
    at: Instant


# Test mode


class TestVoucherForm(TypedDict):
    reward_id: Annotated[str | None, fields.Id("rwd", load_default=None), Doc("By default the cheapest reward")]
    quantity: Annotated[int, fields.Count(1, 100, load_default=1)]


class TillsApi(Protocol):
    """Calls of a merchant's till; `actor` is the merchant with the mode and id of its key."""

    # Vouchers

    @query
    def verify_voucher(self, *, actor: Caller, code: str) -> ValidVoucher:
        """Return what a voucher is good for.

        Raises VoucherNotFound, WrongMerchant, VoucherAlreadyRedeemed, VoucherExpired.
        """

    @command
    def redeem_voucher(
        self,
        *,
        actor: Caller,
        code: str,
        merchant_reference: str | None = None,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> RedeemedVoucher:
        """Redeem a voucher once and add its settlement line.

        Raises what `verify_voucher` raises, Invalid for a closed shop, ReferenceReused.
        """

    @query
    def list_redemptions(self, *, actor: Caller, **query: Unpack[SaleQuery]) -> CountedPage[Redemption]:
        """Return redemptions of this merchant and mode, newest first."""

    @query
    def get_redemption(self, *, actor: Caller, redemption_id: str) -> Redemption:
        """Return a redemption of this merchant and mode. Raises NotFound."""

    @command
    def undo_redemption(
        self,
        *,
        actor: Caller,
        redemption_id: str,
        merchant_reference: str | None = None,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> Redemption:
        """Undo a redemption made by mistake at the same till: return its points and its stock.

        Raises NotFound, RedemptionNotUndoable, Invalid for a closed shop, ReferenceReused.
        """

    # Payments

    @command
    def authorize(
        self,
        *,
        actor: Caller,
        paycode: str,
        points: int,
        merchant_reference: str,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> Authorization:
        """Use up a pay code and ask for a hold; `pending` until it is answered.

        Raises PaycodeInvalid, Invalid for a closed shop, ReferenceReused.
        """

    @query
    def card_at_till(self, *, actor: Caller, card_digest: str) -> CardShown:
        """Return the PIN hash of a household's card. Raises CardInvalid for an unknown card."""

    @command
    def authorize_card(
        self,
        *,
        actor: Caller,
        card_digest: str,
        pin_fits: bool,
        points: int,
        merchant_reference: str,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> Authorization | Denial:
        """Ask for a hold on a card's household; with a wrong PIN count the attempt and return a `Denial`.

        Raises CardInvalid, CardLocked, CardLimitReached, Invalid for a closed shop, ReferenceReused.
        """

    @query
    def get_payment(self, *, actor: Caller, payment_id: str) -> Authorization:
        """Return an authorization of this merchant and mode. Raises NotFound."""

    @query
    def list_authorizations(self, *, actor: Caller, **query: Unpack[AuthorizationQuery]) -> CountedPage[Authorization]:
        """Return authorizations of this merchant and mode, newest first."""

    @query
    def list_refunds(self, *, actor: Caller, **query: Unpack[SaleQuery]) -> CountedPage[Refund]:
        """Return refunds of this merchant and mode, newest first."""

    @query
    def get_refund(self, *, actor: Caller, refund_id: str) -> Refund:
        """Return a refund of this merchant and mode. Raises NotFound."""

    @command
    def capture(
        self,
        *,
        actor: Caller,
        payment_id: str,
        points: int | None = None,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> Authorization:
        """Capture `points` (by default all) of a hold and release the rest.

        Raises NotFound, WrongState while pending, HoldAlreadyResolved, AmountExceedsHold, Invalid for a closed shop.
        """

    @command
    def void(self, *, actor: Caller, payment_id: str) -> Authorization:
        """Release a hold. Raises NotFound, HoldAlreadyResolved."""

    @command
    def refund(
        self,
        *,
        actor: Caller,
        authorization_id: str,
        points: int,
        merchant_reference: str,
        till: str | None = None,
        shop_id: str | None = None,
    ) -> Refund:
        """Refund part or all of what was captured.

        Raises NotFound, WrongState, AmountExceedsHold, Invalid for a closed shop, ReferenceReused.
        """

    # Test mode

    @command
    def make_test_voucher(self, *, actor: Caller, reward_id: str | None = None, quantity: int = 1) -> Order:
        """Return a test order with its voucher. Raises TestModeOnly, NotFound, RewardUnavailable."""

    @command
    def make_test_paycode(self, *, actor: Caller) -> Paycode:
        """Return a test pay code. Raises TestModeOnly."""
