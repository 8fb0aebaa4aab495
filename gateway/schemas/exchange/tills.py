"""Tills' forms and replies as far as the gateway adds to them: cards with PINs, CSV files, masked names (R27)."""

import csv
import io
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import marshmallow as ma

from contracts import fields
from contracts.calls.exchange.settlement import Line, ReconciliationLine
from contracts.calls.exchange.tills import Authorization, FromTill, Reference, VoucherValue
from contracts.schema import Doc, Instant, Schema, schema_of


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
    authorization: Annotated[
        Authorization | None, Doc("The authorization of that merchant_reference, also before anything moved")
    ]


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
    """A month of the merchant's own books. May also be sent as text/csv, with `?period=`."""

    period: Annotated[str, fields.Period()]
    lines: Annotated[list[ReconciliationLine], fields.ListOf(ReconciliationLine, 0, 5000)]


class _FromCsv(Schema):
    @staticmethod
    def read_csv(text: str, args: Mapping[str, str]) -> dict[str, Any]:
        """Return the form in a CSV file whose first line names the columns; unknown columns are ignored."""
        rows = csv.DictReader(io.StringIO(text))
        names = ("merchant_reference", "kind", "points", "at")
        lines = [{name: row[name].strip() for name in names if row.get(name)} for row in rows]
        return {**args, "lines": [line | _whole(line) for line in lines]}


schema_of(ReconciliationForm, base=_FromCsv)


def _whole(line: dict[str, str]) -> dict[str, int]:
    try:
        return {"points": int(line["points"])}
    except (KeyError, ValueError):
        return {}
