"""Orders, their vouchers, and pay codes, for residents and those who act for them (R6, R25)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.paging import ChangesQuery
from contracts.rpc import Caller, CountedPage, Page, command, query
from contracts.schema import Doc, Instant

OrderStatus = Literal[
    "placed", "awaiting_consent", "confirmed", "redeemed", "undone", "issued", "refused", "cancelled", "lapsed"
]

Consent = Annotated[
    Literal["not_needed", "paycode", "card", "app"],
    Doc("How its person agreed to what somebody else ordered for them"),
]

RefusalCode = Annotated[
    Literal["insufficient_points", "account_closed"] | None,
    Doc("Why it was refused", enum=["insufficient_points", "account_closed", None]),
]
Available = Annotated[int | None, Doc("If refused: the points that were available")]


class OrderForm(TypedDict):
    reward_id: Annotated[str, fields.Id("rwd")]
    quantity: Annotated[int, fields.Count(1, 100, load_default=1)]
    person_id: NotRequired[
        Annotated[str, fields.Id("per"), Doc("Whom it is for, when ordering for another resident (代办)")]
    ]
    account_id: NotRequired[
        Annotated[str, fields.Id("hou", "per"), Doc("Which passbook pays; by default the household's")]
    ]


class WaitingOrders(TypedDict):
    """How many orders wait for the caller."""

    awaiting_consent: Annotated[int, Doc("Ordered by others for the caller, who has not agreed")]
    unseen: Annotated[int, Doc("Ordered by others for the caller, who has not opened them")]
    to_redeem: Annotated[int, Doc("Confirmed, of the caller or their household: the voucher is not used yet")]


class OrderQuery(ChangesQuery):
    status: NotRequired[
        Annotated[
            list[OrderStatus],
            fields.Several(*get_args(OrderStatus)),
            Doc("Only orders with one of these, separated by commas", example=["confirmed", "issued"]),
        ]
    ]
    unseen: Annotated[
        bool,
        fields.Boolean(load_default=False),
        Doc("Only what others ordered for me and I have not opened yet"),
    ]


class RewardShown(TypedDict):
    id: str
    kind: str
    name: str


class Voucher(TypedDict):
    id: str
    code: Annotated[str, Doc(example="7K3M-9Q2P-XW4T")]
    qr: Annotated[str, Doc("Content of its QR code")]
    expires_at: Instant


class Step(TypedDict):
    step: str
    at: Instant
    by_id: NotRequired[Annotated[str, Doc("Who, if a person did it")]]
    merchant_id: NotRequired[str]
    merchant_name: NotRequired[str]
    text: Annotated[str, Doc("中文说明")]


class Order(TypedDict):
    """`placed` until the hold is answered; then `confirmed` with a voucher, `issued` with codes, or `refused`.

    What somebody else ordered is `awaiting_consent` first, unless the person showed a pay code or card.
    """

    id: str
    status: OrderStatus
    reward: RewardShown
    quantity: int
    points: int
    account_id: Annotated[str, Doc("The passbook that pays")]
    person_id: str
    placed_by_id: str
    placed_at: Instant
    changed_at: Instant
    merchant_ids: Annotated[list[str], Doc("Where it is redeemed; empty: everywhere")]
    merchant_names: Annotated[list[str], Doc("Their names, in the same order")]
    merchant_id: Annotated[str | None, Doc("The merchant that redeemed it; the community for a benefit")]
    merchant_name: str | None
    available: Available
    refusal_code: RefusalCode
    voucher: Voucher | None
    codes: Annotated[list[str], Doc("A merchant's own codes, redeemed at the merchant")]
    lapses_in_days: Annotated[int | None, Doc("Whole days until its voucher lapses")]
    reminded_at: Annotated[Instant | None, Doc("When its holder was reminded of the voucher")]
    consent: Consent
    consent_until: Annotated[Instant | None, Doc("While it awaits consent: when it is cancelled")]
    seen_at: Annotated[Instant | None, Doc("When its person opened what somebody else ordered for them")]
    told_at: Annotated[Instant | None, Doc("When its person was handed a notice on paper")]
    told_by_id: str | None
    steps: list[Step]


class Denial(TypedDict):
    """A purchase by card whose PIN was wrong."""

    status: Literal["denied"]
    tries_left: int
    locked_until: Instant | None


class CardShown(TypedDict):
    """A household's card as somebody shows it, at a till or to who orders for them."""

    pin_hash: str | None


class PaperNotice(TypedDict):
    """An order whose person is to hear on paper that somebody else placed it for them."""

    order_id: str
    person_id: str
    household_id: str
    placed_by_id: str
    placed_at: Instant
    reward: RewardShown
    quantity: int
    points: int
    status: OrderStatus
    consent: Consent
    told_at: Instant | None
    told_by_id: str | None


class BenefitForm(TypedDict):
    code: Annotated[
        str, fields.Text(40, example="7K3M-9Q2P-XW4T"), Doc("As scanned or typed, in any case and grouping")
    ]


class PaycodeForm(TypedDict):
    account_id: NotRequired[
        Annotated[str, fields.Id("hou", "per"), Doc("Which passbook pays; by default the household's")]
    ]


class Paycode(TypedDict):
    paycode: Annotated[str, Doc("Valid once, for 60 seconds")]
    qr: Annotated[str, Doc("Content of its QR code")]
    account_id: str
    expires_at: Instant


class OrdersApi(Protocol):
    """Calls about orders and pay codes."""

    @command
    def place_order(
        self,
        *,
        actor: Caller,
        reward_id: str,
        quantity: int = 1,
        person_id: str | None = None,
        account_id: str | None = None,
        paycode: str | None = None,
        card_digest: str | None = None,
        pin_fits: bool = False,
    ) -> Order | Denial:
        """Reserve stock and ask for a hold of the points; the order is `placed` until the hold is answered.

        For somebody of another household it then waits for their consent, unless they showed their pay code or their
        household's card (R6). With a wrong PIN count the attempt and return a `Denial`. Raises NotFound, RoleMissing,
        RewardUnavailable, OutOfStock, LimitReached, PaycodeInvalid, CardInvalid, CardLocked, CardLimitReached,
        ProxyLimitReached.
        """

    @query
    def card_shown(self, *, actor: Caller, card_digest: str) -> CardShown:
        """Return the PIN hash of a card that a person shows to who orders for them. Raises CardInvalid."""

    @command
    def give_consent(self, *, actor: Caller, order_id: str) -> Order:
        """Agree to an order that somebody else placed for the caller. Raises NotFound, RoleMissing, WrongState."""

    @command
    def refuse_consent(self, *, actor: Caller, order_id: str) -> Order:
        """Refuse such an order, which cancels it. Raises NotFound, RoleMissing, WrongState."""

    @command
    def mark_order_seen(self, *, actor: Caller, order_id: str) -> Order:
        """Note that the caller has opened an order that somebody else placed for them. Raises NotFound."""

    @query
    def list_paper_notices(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[PaperNotice]:
        """Return the orders of whose placing the caller is to tell their persons on paper, the oldest first."""

    @command
    def mark_told(self, *, actor: Caller, order_id: str) -> PaperNotice:
        """Note that the caller told the order's person on paper.

        Raises NotFound, RoleMissing for who placed it, WrongState.
        """

    @query
    def get_order(self, *, actor: Caller, order_id: str) -> Order:
        """Return an order of the caller, of their household, or one they placed. Raises NotFound."""

    @query
    def count_waiting_orders(self, *, actor: Caller) -> WaitingOrders:
        """Return how many orders wait for the caller."""

    @query
    def list_orders(
        self,
        *,
        actor: Caller,
        status: list[OrderStatus] | OrderStatus | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        unseen: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[Order]:
        """Return orders of the caller and of their household, and those they placed for others, newest first.

        `unseen`: only those that others placed for the caller, who has not opened them yet.
        """

    @command
    def cancel_order(self, *, actor: Caller, order_id: str) -> Order:
        """Cancel an order and release its points. Raises NotFound, WrongState once it was redeemed or has ended."""

    @command
    def honour_benefit(self, *, actor: Caller, code: str) -> Order:
        """Redeem the voucher of a community benefit. Raises RoleMissing and what `verify_voucher` raises."""

    @command
    def issue_paycode(self, *, actor: Caller, account_id: str | None = None) -> Paycode:
        """Return a pay code of the caller, valid once and for a minute. Raises NotFound, RoleMissing."""
