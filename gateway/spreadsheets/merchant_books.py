"""Merchants' own books as tables, read into lines to reconcile (R27); errors name the cell."""

import contextlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast, get_args

import marshmallow as ma

from contracts import calendar
from contracts.calls.exchange.settlement import LineKind, ReconciliationLine
from contracts.errors import Invalid
from contracts.schema import schema_of
from gateway.decoding.pool import DecodingPool
from gateway.spreadsheets.uploads import read_sheets
from tabular import CellError, Column, Table, locate, read
from tabular.cells import moment as moment_of_excel
from tabular.cells import whole, word


def read_books(content: bytes, pool: DecodingPool) -> list[dict[str, Any]]:
    """Return the lines of a workbook or text file. Raise Invalid with every cell that is not understood."""
    table = locate(read_sheets("reconciliation", content, pool), _COLUMNS)
    records, errors = read(table, _COLUMNS, allow_unknown=True)
    if errors:
        raise Invalid(errors=[_pointer_error(error, table) for error in errors])
    return [{**record.values} for record in records]


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
    """Return an instant in the contract's form; a time without an offset, also Excel's number, is the community's."""
    for parse in (_written, moment_of_excel):
        with contextlib.suppress(ValueError):
            return _in_zone(parse(text))
    return cast(str, _by_field("at")(text))


def _written(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("/", "-"))


def _in_zone(moment: datetime) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=calendar.ZONE)).isoformat()


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
