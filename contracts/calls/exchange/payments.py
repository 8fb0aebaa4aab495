"""Till payments as the owners of the passbook that paid and their staff see them (R15, R23)."""

from typing import Annotated, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.calls.exchange.orders import Available, RefusalCode, Step
from contracts.calls.exchange.tills import PaymentStatus
from contracts.paging import ChangesQuery
from contracts.rpc import Caller, CountedPage, query
from contracts.schema import Doc, Instant


class PaymentQuery(ChangesQuery):
    account_id: Annotated[
        str | None, fields.Id("hou", "per", load_default=None), Doc("Of this passbook; by default of one's own")
    ]
    status: NotRequired[
        Annotated[
            list[PaymentStatus],
            fields.Several(*get_args(PaymentStatus)),
            Doc("Only payments with one of these, separated by commas", example=["authorized", "captured"]),
        ]
    ]


class Payment(TypedDict):
    """`points` were held; `captured` were taken and the rest released; of those `refunded` were given back."""

    id: str
    status: PaymentStatus
    account_id: Annotated[str, Doc("The passbook that paid")]
    person_id: Annotated[str | None, Doc("Whose pay code it was; null by card")]
    by_card: Annotated[bool, Doc("With the household's printed card")]
    merchant_id: str
    merchant_name: str
    shop_name: str | None
    merchant_reference: Annotated[str, Doc("The shop's own number of the sale")]
    points: int
    captured: int
    refunded: int
    available: Available
    refusal_code: RefusalCode
    created_at: Instant
    changed_at: Instant
    expires_at: Instant
    steps: list[Step]


class PaymentsApi(Protocol):
    """Calls about till payments for those whose passbook paid."""

    @query
    def list_payments(
        self,
        *,
        actor: Caller,
        account_id: str | None = None,
        status: list[PaymentStatus] | PaymentStatus | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[Payment]:
        """Return payments of one passbook, by default of the caller's and their household's, newest first.

        Raises NotFound for a passbook that the caller may not read.
        """

    @query
    def get_own_payment(self, *, actor: Caller, payment_id: str) -> Payment:
        """Return a payment. Raises NotFound, also when the caller may not read its passbook."""
