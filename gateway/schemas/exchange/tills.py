"""Tills' forms and replies as far as the gateway adds to them: cards with PINs, CSV files, masked names (R27)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import marshmallow as ma

from contracts import fields
from contracts.calls.exchange.settlement import Line, Reconciliation, ReconciliationLine, Settlement
from contracts.calls.exchange.tills import Authorization, FromTill, Reference, VoucherValue
from contracts.schema import Doc, Instant, Schema, schema_of
from gateway.decoding.pool import decoding_pool
from gateway.paging import page_schema
from gateway.spreadsheets import xlsx
from gateway.spreadsheets.merchant_books import read_books


class VoucherShown(VoucherValue):
    """What to hand over."""

    holder: Annotated[str | None, Doc("Masked name: 张*")]
    expires_at: Instant


class AuthorizationForm(FromTill):
    """A pay code, or a household's printed card with its PIN."""

    paycode: NotRequired[
        Annotated[
            str,
            fields.Text(18, pattern=r"[0-9]{18}", example="860000000000000000"),
            Doc("Shown on a resident's phone"),
        ]
    ]
    card: NotRequired[
        Annotated[
            str,
            fields.Text(40, example="7K3M-9QRT-XW2E-H5NA-4BCD"),
            Doc("The printed card's code, as scanned or typed"),
        ]
    ]
    pin: NotRequired[Annotated[str, fields.Text(6, pattern=r"[0-9]{6}", example="402917", load_only=True)]]
    points: Annotated[int, fields.Count(1, 1_000_000)]
    merchant_reference: Reference


class _OneMeansOfPayment(Schema):
    @ma.validates_schema
    def _validate(self, form: dict[str, Any], **_: Any) -> None:
        if ("paycode" in form) == ("card" in form):
            raise ma.ValidationError("付款码和户码卡须选其一", "paycode")
        if ("pin" in form) != ("card" in form):
            raise ma.ValidationError("使用户码卡时必填", "pin")


schema_of(AuthorizationForm, base=_OneMeansOfPayment)


class Transactions(TypedDict):
    data: list[Line]
    has_more: bool
    next_cursor: str | None
    total: NotRequired[Annotated[int, Doc("With `totals=true`: how many lines there are, counted up to 10,000")]]
    total_is_more: NotRequired[Annotated[bool, Doc("With `totals=true`: whether there are more than `total`")]]
    authorization: Annotated[
        Authorization | None, Doc("The authorization of that merchant_reference, also before anything moved")
    ]


SettlementPage = page_schema(Settlement, counted=True)
ReconciliationPage = page_schema(Reconciliation)


class StatementQuery(TypedDict):
    format: Annotated[
        Literal["json", "csv"],
        fields.Choice("json", "csv", load_default="json"),
        Doc("csv is for the merchant's own bookkeeping"),
    ]


class TestVoucher(TypedDict):
    code: str
    voucher_id: str
    points: int
    expires_at: Instant


class TestPaycode(TypedDict):
    paycode: str
    expires_at: Instant


class ReconciliationForm(TypedDict):
    """A month of the merchant's own books. May also be sent as a table (xlsx, csv), with `?period=`."""

    period: Annotated[str, fields.Period()]
    lines: Annotated[list[ReconciliationLine], fields.ListOf(ReconciliationLine, 0, 5000)]


class _FromTable(Schema):
    @staticmethod
    def read_table(content: bytes, args: Mapping[str, str]) -> dict[str, Any]:
        """Return the form in a workbook or text file. Raise Invalid with every cell that is not understood."""
        return {**args, "lines": read_books(content, decoding_pool())}


schema_of(ReconciliationForm, base=_FromTable)

_AS_CSV = {
    "schema": {"type": "string", "description": "Its lines, below a row of headings; the month is `?period=`"},
    "example": "merchant_reference,kind,points,at\nT1-20261105-0007,capture,20,2026-11-05T08:30:00+08:00\n",
}
RECONCILIATION_FILE: dict[str, Any] = {
    "content": {"text/csv": _AS_CSV, xlsx.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
}
"""How the form is described as a file."""
PERIOD_OF_FILE = {
    "in": "query",
    "name": "period",
    "schema": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
    "description": "The month of a file; JSON has it in the body",
}
