"""Webhook endpoints of merchants and the deliveries to them (R27)."""

from typing import Annotated, Any, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.calls.exchange.tills import Mode
from contracts.paging import ChangesQuery, PageQuery
from contracts.rpc import Caller, CountedPage, Page, command, query
from contracts.schema import Doc, Instant

NoticeType = Literal[
    "payment.authorized",
    "payment.refused",
    "payment.captured",
    "payment.voided",
    "payment.refunded",
    "voucher.redeemed",
    "voucher.redemption_undone",
]
DeliveryStatus = Literal["pending", "delivered", "failed"]


class EndpointForm(TypedDict):
    url: Annotated[
        str,
        fields.Text(500, example="https://shop.example/hooks/shanzhi"),
        Doc("https, at a public address", format="uri"),
    ]
    types: Annotated[
        list[NoticeType],
        fields.ListOf(fields.Choice(*get_args(NoticeType)), 0, len(get_args(NoticeType)), load_default=list),
        Doc("The types it receives; empty: all"),
    ]


class EndpointRevision(EndpointForm):
    active: Annotated[
        bool,
        fields.Boolean(load_default=True, truthy={True}, falsy={False}),
        Doc("false sends it nothing more; true enables it again, also after a 410"),
    ]


class Endpoint(TypedDict):
    id: str
    url: str
    types: list[str]
    mode: Mode
    status: Annotated[Literal["active", "disabled"], Doc("disabled: by a request, or it answered 410")]
    created_at: Instant
    disabled_at: Instant | None
    earlier_secret_until: Annotated[Instant | None, Doc("Until when the replaced secret signs as well")]


class SealedEndpoint(Endpoint):
    """`sealed` is the secret as the gateway encrypted it, returned unchanged."""

    sealed: str | None


class Attempt(TypedDict):
    at: Instant
    status: int | None
    error: str | None
    milliseconds: int


class Delivery(TypedDict):
    """One notice to one endpoint; `id` is its `webhook-id`."""

    id: str
    endpoint_id: str
    type: str
    data: Annotated[dict[str, Any], Doc("Ids of what to look up")]
    status: DeliveryStatus
    created_at: Instant
    next_attempt_at: Instant | None
    attempts: list[Attempt]


class DeliveryQuery(ChangesQuery):
    endpoint_id: Annotated[str | None, fields.Id("wep", load_default=None), Doc("To that endpoint")]
    status: NotRequired[
        Annotated[
            list[DeliveryStatus],
            fields.Several(*get_args(DeliveryStatus)),
            Doc("Only deliveries with one of these, separated by commas", example=["pending", "failed"]),
        ]
    ]


class MerchantEvent(TypedDict):
    """What a webhook would have told; `data` has ids to look up."""

    id: str
    type: NoticeType
    at: Instant
    data: Annotated[dict[str, Any], Doc("Ids of what to look up")]


class EventQuery(PageQuery):
    type: Annotated[
        NoticeType | None, fields.Choice(*get_args(NoticeType), load_default=None), Doc("Only events of that type")
    ]


class EventPage(TypedDict):
    data: list[MerchantEvent]
    has_more: bool
    next_cursor: Annotated[str, Doc("Continue from here, now or later; always given")]


class WebhooksApi(Protocol):
    """Calls of a merchant about its webhooks, in the mode of its key."""

    @query
    def list_events(
        self,
        *,
        actor: Caller,
        type: NoticeType | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> EventPage:
        """Return what this merchant was notified of in the last 30 days, oldest first.

        `next_cursor` continues after the last event, also when there is none yet. Raises Invalid for a bad cursor.
        """

    @query
    def list_webhook_endpoints(self, *, actor: Caller) -> Page[Endpoint]:
        """Return all endpoints that were not removed, newest first."""

    @command
    def add_webhook_endpoint(
        self, *, actor: Caller, url: str, types: list[NoticeType], secret: str, sealed: str | None = None
    ) -> SealedEndpoint:
        """Add an endpoint; its secret is stored encrypted. Raises Invalid for a bad address, TooManyEndpoints."""

    @command
    def revise_webhook_endpoint(
        self, *, actor: Caller, endpoint_id: str, url: str, types: list[NoticeType], active: bool = True
    ) -> Endpoint:
        """Replace an endpoint's URL and types, disable or enable it. Raises NotFound, Invalid for a bad address."""

    @command
    def rotate_webhook_secret(
        self, *, actor: Caller, endpoint_id: str, secret: str, sealed: str | None = None, end_earlier: bool = False
    ) -> SealedEndpoint:
        """Replace an endpoint's secret; the earlier one signs as well for 24 hours, unless it ends at once.

        Raises NotFound, WrongState while an earlier one still signs.
        """

    @command
    def remove_webhook_endpoint(self, *, actor: Caller, endpoint_id: str) -> Endpoint:
        """Remove an endpoint; its deliveries stay listed, those still to be sent as failed. Raises NotFound."""

    @command
    def try_webhook_endpoint(self, *, actor: Caller, endpoint_id: str) -> Delivery:
        """Create an `endpoint.test` delivery. Raises NotFound, WrongState for a disabled endpoint."""

    @query
    def list_deliveries(
        self,
        *,
        actor: Caller,
        endpoint_id: str | None = None,
        status: list[DeliveryStatus] | DeliveryStatus | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[Delivery]:
        """Return deliveries with every attempt, newest first."""

    @query
    def get_delivery(self, *, actor: Caller, delivery_id: str) -> Delivery:
        """Return a delivery to this merchant in its mode. Raises NotFound."""

    @command
    def replay_delivery(self, *, actor: Caller, delivery_id: str) -> Delivery:
        """Make a delivery pending again. Raises NotFound, WrongState for a disabled endpoint."""
