"""Tills' forms and replies as far as the gateway adds to them: cards with PINs, CSV files, masked names (R27)."""

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, cast, get_args

import marshmallow as ma

from contracts import calendar, fields
from contracts.calls.exchange.settlement import Line, LineKind, ReconciliationLine
from contracts.calls.exchange.tills import Authorization, FromTill, Reference, VoucherValue
from contracts.errors import Invalid
from contracts.schema import Doc, Instant, Schema, schema_of
from gateway.decoding.pool import decoding_pool
from gateway.spreadsheets.uploads import read_sheets
from tabular import CellError, Column, Table, locate, read
from tabular.cells import whole, word


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
    """A month of the merchant's own books. May also be sent as a table (xlsx, csv), with `?period=`."""

    period: Annotated[str, fields.Period()]
    lines: Annotated[list[ReconciliationLine], fields.ListOf(ReconciliationLine, 0, 5000)]


class _FromTable(Schema):
    @staticmethod
    def read_table(content: bytes, args: Mapping[str, str]) -> dict[str, Any]:
        """Return the form in a workbook or text file. Raise Invalid with every cell that is not understood."""
        table = locate(read_sheets("reconciliation", content, decoding_pool()), _COLUMNS)
        records, errors = read(table, _COLUMNS, allow_unknown=True)
        if errors:
            raise Invalid(errors=[_pointer_error(error, table) for error in errors])
        return {**args, "lines": [{**record.values} for record in records]}


schema_of(ReconciliationForm, base=_FromTable)


def _pointer_error(error: CellError, table: Table) -> dict[str, str]:
    """Return an error as a problem names it: the field by the row's number below the headings, and the cell."""
    pointer = f"/lines/{error.row - table.first_row}/{error.field}" if error.field else "/lines"
    return {"pointer": pointer, "detail": error.detail, "cell": error.cell}


def _by_field(name: str) -> Callable[[str], Any]:
    """Return a parser that refuses what the field of a line refuses, and leaves the text as it is."""
    checker = schema_of(ReconciliationLine)().fields[name]

    def parse(text: str) -> str:
        try:
            checker.deserialize(text)
        except ma.ValidationError as error:
            raise ValueError("；".join(map(str, error.messages))) from None
        return text

    return parse


def _points(text: str) -> int:
    """Return a number of points: `25`, `25.00` or `1,000`."""
    return _WHOLE(re.sub(r"\.0+$", "", text))


def _instant(text: str) -> str:
    """Return an instant in the contract's form; a time without an offset is the community's, as in their till."""
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(text.replace("/", "-"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=calendar.ZONE)).isoformat()
    return cast(str, _by_field("at")(text))


_WHOLE = whole(-1_000_000_000, 1_000_000_000, units=("分", "积分"))
_KINDS = {kind: kind for kind in get_args(LineKind)}
_KIND_SYNONYMS: dict[str, LineKind] = {
    **dict.fromkeys(("兑换", "核销", "兑付", "兑换券"), "redemption"),
    **dict.fromkeys(("收款", "支付", "付款", "消费", "扣款", "payment"), "capture"),
    **dict.fromkeys(("退款", "退货", "退分"), "refund"),
}
_COLUMNS = (
    Column(
        "merchant_reference",
        ("流水号", "单号", "订单号", "商户单号", "小票号", "reference"),
        field="merchant_reference",
        parse=_by_field("merchant_reference"),
        required=True,
    ),
    Column(
        "kind",
        ("类型", "交易类型", "业务类型", "种类"),
        field="kind",
        parse=word(_KINDS, _KIND_SYNONYMS),
        required=True,
    ),
    Column("points", ("积分", "分值", "积分数", "分数"), field="points", parse=_points, required=True),
    Column("at", ("时间", "交易时间", "日期时间"), field="at", parse=_instant),
)
