"""What the community owes a merchant: transactions, monthly statements, and comparison with its own books (R27)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.calls.exchange.tills import Authorization, Reference
from contracts.paging import ChangesQuery, PageQuery
from contracts.rpc import Caller, CountedPage, Page, command, query
from contracts.schema import Doc, Instant, Month

LineKind = Literal["redemption", "capture", "refund"]


class Line(TypedDict):
    """One movement of the merchant's books; refunds are negative."""

    id: str
    kind: LineKind
    period: Month
    at: Instant
    points: int
    amount_fen: int
    source_id: Annotated[str, Doc("The order or authorization")]
    merchant_reference: str | None
    till: str | None
    shop_id: str | None


class TransactionQuery(ChangesQuery):
    merchant_reference: Annotated[
        str | None,
        fields.Text(
            64,
            pattern=r"[A-Za-z0-9][A-Za-z0-9_.:/-]*",
            example="T1-20261105-0007",
            load_default=None,
        ),
        Doc("The shop's own number of the sale; unique for each kind of operation"),
    ]
    period: Annotated[str | None, fields.Period(load_default=None), Doc("Of that month")]
    shop_id: Annotated[str | None, fields.Id("shp", load_default=None), Doc("In that shop")]


class TransactionPage(TypedDict):
    """Settlement lines, and the authorization with the reference asked for."""

    data: list[Line]
    next_cursor: str | None
    total: NotRequired[int]
    total_is_more: NotRequired[bool]
    authorization: Authorization | None


class Sum(TypedDict):
    points: int
    amount_fen: int


class SettlementQuery(ChangesQuery):
    period: Annotated[str | None, fields.Period(load_default=None), Doc("Of that month")]


class PeriodQuery(PageQuery):
    period: Annotated[str | None, fields.Period(load_default=None), Doc("Of that month")]


class Settlement(TypedDict):
    """closing = opening + redemptions + captures + refunds (which are negative)."""

    id: Annotated[str, Doc("The period")]
    period: Month
    lines: int
    opening: Sum
    redemptions: Sum
    captures: Sum
    refunds: Sum
    total: Sum
    closing: Sum


class Statement(Settlement):
    data: list[Line]


class ReconciliationLine(TypedDict):
    """A line of the merchant's own books."""

    merchant_reference: Reference
    kind: Annotated[LineKind, fields.Choice(*get_args(LineKind))]
    points: Annotated[int, fields.Count(-1_000_000_000, 1_000_000_000)]
    at: Annotated[str | None, fields.Instant(load_default=None)]


class Unmatched(TypedDict):
    id: NotRequired[Annotated[str, Doc("Of our line, if there is one")]]
    merchant_reference: str | None
    kind: str
    points: int
    at: Instant | None


class Different(Unmatched):
    statement_points: int


class Reconciliation(TypedDict):
    """`lines` of the file: `matched` + `extra` + `different`; of the statement: `matched` + `missing` + `different`."""

    id: str
    period: Month
    made_at: Instant
    lines: int
    matched: int
    missing: list[Unmatched]
    extra: list[Unmatched]
    different: list[Different]
    points: Annotated[int, Doc("Of the file")]
    statement_points: int


class SettlementApi(Protocol):
    """Calls of a merchant about its settlement, in the mode of its key."""

    @query
    def list_transactions(
        self,
        *,
        actor: Caller,
        merchant_reference: str | None = None,
        period: str | None = None,
        shop_id: str | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> TransactionPage:
        """Return settlement lines, oldest first, and the authorization of `merchant_reference`."""

    @query
    def list_settlements(
        self,
        *,
        actor: Caller,
        period: str | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[Settlement]:
        """Return monthly statements without their lines, newest first.

        Months that have lines, or the `period`; `changed_since`: those that got lines since then.
        """

    @query
    def get_settlement(self, *, actor: Caller, period: str) -> Statement:
        """Return a month's statement with every line."""

    @command
    def reconcile(self, *, actor: Caller, period: str, lines: list[ReconciliationLine]) -> Reconciliation:
        """Compare a month of the merchant's own books with the statement and store the result."""

    @query
    def list_reconciliations(
        self, *, actor: Caller, period: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Reconciliation]:
        """Return stored comparisons, newest first."""

    @query
    def get_reconciliation(self, *, actor: Caller, reconciliation_id: str) -> Reconciliation:
        """Return a stored comparison. Raises NotFound."""
