"""What tills send and get (R27)."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.orders import RewardShown


def _reference(**options: Any) -> fields.Text:
    """The number the shop's own books know a sale by; unique for each kind of operation."""
    metadata = {"description": "The shop's own number of it; unique for each kind of operation"}
    return fields.Text(
        64, pattern=r"[A-Za-z0-9][A-Za-z0-9_.:/-]*", example="T1-20261105-0007", metadata=metadata, **options
    )


class _FromTill(Schema):
    till = fields.Text(
        40,
        pattern=r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff.:/ -]*",
        example="1",
        metadata={"description": "What the shop calls this till"},
    )
    shop_id = fields.Id("shp", metadata={"description": "In which of the merchant's shops"})


class CodeForm(Schema):
    code = fields.Text(
        40,
        required=True,
        example="7K3M-9Q2P-XW4T",
        metadata={"description": "As scanned or typed, in any case and grouping"},
    )


class RedemptionForm(_FromTill, CodeForm):
    merchant_reference = _reference()


class VoucherShown(Schema):
    """What to hand over."""

    voucher_id = ma.fields.String(required=True)
    reward = ma.fields.Nested(RewardShown, required=True)
    quantity = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    holder = ma.fields.String(required=True, allow_none=True, metadata={"description": "Masked name: 张*"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class Redemption(Schema):
    id = ma.fields.String(required=True)
    voucher_id = ma.fields.String(required=True)
    reward = ma.fields.Nested(RewardShown, required=True)
    quantity = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    redeemed_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    merchant_reference = ma.fields.String(required=True, allow_none=True)
    till = ma.fields.String(required=True, allow_none=True)


class AuthorizationForm(_FromTill):
    """A pay code, or a household's printed card with its PIN."""

    paycode = fields.Text(
        18, pattern=r"[0-9]{18}", example="860000000000000000", metadata={"description": "Shown on a resident's phone"}
    )
    card = fields.Text(
        40,
        example="7K3M-9QRT-XW2E-H5NA-4BCD",
        metadata={"description": "The printed card's code, as scanned or typed"},
    )
    pin = fields.Text(6, pattern=r"[0-9]{6}", example="402917", load_only=True)
    points = fields.Count(1, 1_000_000, required=True)
    merchant_reference = _reference(required=True)

    @ma.validates_schema
    def _one_way_to_pay(self, form: dict[str, Any], **_: Any) -> None:
        if ("paycode" in form) == ("card" in form):
            raise ma.ValidationError("付款码和户码卡须选其一", "paycode")
        if ("pin" in form) != ("card" in form):
            raise ma.ValidationError("使用户码卡时必填", "pin")


class CaptureForm(_FromTill):
    points = fields.Count(1, 1_000_000, metadata={"description": "All that is held, unless named"})


class RefundForm(_FromTill):
    authorization_id = fields.Id("pay", required=True)
    points = fields.Count(1, 1_000_000, required=True)
    merchant_reference = _reference(required=True)


class Authorization(Schema):
    """`pending` until the bank has answered; held for ten minutes."""

    id = ma.fields.String(required=True)
    status = ma.fields.String(
        required=True,
        metadata={"enum": ["pending", "authorized", "refused", "captured", "voided", "expired"]},
    )
    refusal_code = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": ["insufficient_points", "account_closed", None], "description": "Why it was refused"},
    )
    mode = ma.fields.String(required=True, metadata={"enum": ["live", "test"]})
    points = ma.fields.Integer(required=True)
    captured = ma.fields.Integer(required=True)
    refunded = ma.fields.Integer(required=True)
    merchant_reference = ma.fields.String(required=True)
    till = ma.fields.String(required=True, allow_none=True)
    shop_id = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class Refund(Schema):
    id = ma.fields.String(required=True)
    authorization_id = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)
    captured = ma.fields.Integer(required=True)
    refunded = ma.fields.Integer(required=True, metadata={"description": "With all earlier refunds"})
    merchant_reference = ma.fields.String(required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})


class TransactionQuery(Page):
    merchant_reference = _reference(load_default=None)
    period = fields.Period(load_default=None, metadata={"description": "Of that month"})
    shop_id = fields.Id("shp", load_default=None, metadata={"description": "In that shop"})


class Line(Schema):
    """One movement of the merchant's books; refunds are negative."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": ["redemption", "capture", "refund"]})
    period = ma.fields.String(required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})
    points = ma.fields.Integer(required=True)
    amount_fen = ma.fields.Integer(required=True)
    source_id = ma.fields.String(required=True, metadata={"description": "The order or authorization"})
    merchant_reference = ma.fields.String(required=True, allow_none=True)
    till = ma.fields.String(required=True, allow_none=True)
    shop_id = ma.fields.String(required=True, allow_none=True)


class Transactions(Schema):
    data = ma.fields.List(ma.fields.Nested(Line), required=True)
    has_more = ma.fields.Boolean(required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
    authorization = ma.fields.Nested(
        Authorization,
        required=True,
        allow_none=True,
        metadata={"description": "The authorization of that merchant_reference, also before anything moved"},
    )


class Sum(Schema):
    points = ma.fields.Integer(required=True)
    amount_fen = ma.fields.Integer(required=True)


class SettlementQuery(Page):
    period = fields.Period(load_default=None, metadata={"description": "Of that month"})


class Settlement(Schema):
    """closing = opening + redemptions + captures + refunds (which are negative)."""

    id = ma.fields.String(required=True, metadata={"description": "The period"})
    period = ma.fields.String(required=True)
    lines = ma.fields.Integer(required=True)
    opening = ma.fields.Nested(Sum, required=True)
    redemptions = ma.fields.Nested(Sum, required=True)
    captures = ma.fields.Nested(Sum, required=True)
    refunds = ma.fields.Nested(Sum, required=True)
    total = ma.fields.Nested(Sum, required=True)
    closing = ma.fields.Nested(Sum, required=True)


class Statement(Settlement):
    data = ma.fields.List(ma.fields.Nested(Line), required=True)


class StatementQuery(Schema):
    format = fields.Choice(
        "json", "csv", load_default="json", metadata={"description": "csv is for the merchant's own bookkeeping"}
    )


class TestVoucherForm(Schema):
    reward_id = fields.Id("rwd", load_default=None, metadata={"description": "Unless named, the cheapest there is"})
    quantity = fields.Count(1, 100, load_default=1)


class TestVoucher(Schema):
    code = ma.fields.String(required=True)
    voucher_id = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class TestPaycode(Schema):
    paycode = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class ReconciliationLine(Schema):
    """A line of the merchant's own books."""

    merchant_reference = _reference(required=True)
    kind = fields.Choice("redemption", "capture", "refund", required=True)
    points = fields.Count(-1_000_000_000, 1_000_000_000, required=True)
    at = fields.Instant(load_default=None)


class ReconciliationForm(Schema):
    """A month of the merchant's own books. May also be sent as text/csv, with `?period=`."""

    period = fields.Period(required=True)
    lines = fields.List(fields.Nested(ReconciliationLine), required=True, validate=ma.validate.Length(0, 5000))

    @staticmethod
    def read_csv(text: str, args: Mapping[str, str]) -> dict[str, Any]:
        """The form in a CSV file whose first line names the columns; others than ours are not looked at."""
        rows = csv.DictReader(io.StringIO(text))
        names = ("merchant_reference", "kind", "points", "at")
        lines = [{name: row[name].strip() for name in names if row.get(name)} for row in rows]
        return {**args, "lines": [line | _whole(line) for line in lines]}


def _whole(line: dict[str, str]) -> dict[str, int]:
    try:
        return {"points": int(line["points"])}
    except (KeyError, ValueError):
        return {}


class ReconciliationQuery(Page):
    period = fields.Period(load_default=None, metadata={"description": "Of that month"})


class Unmatched(Schema):
    id = ma.fields.String(metadata={"description": "Of our line, if there is one"})
    merchant_reference = ma.fields.String(required=True, allow_none=True)
    kind = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)
    at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class Different(Unmatched):
    statement_points = ma.fields.Integer(required=True)


class Reconciliation(Schema):
    """`lines` of the file: `matched` + `extra` + `different`; of the statement: `matched` + `missing` + `different`."""

    id = ma.fields.String(required=True)
    period = ma.fields.String(required=True)
    made_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    lines = ma.fields.Integer(required=True)
    matched = ma.fields.Integer(required=True)
    missing = ma.fields.List(ma.fields.Nested(Unmatched), required=True)
    extra = ma.fields.List(ma.fields.Nested(Unmatched), required=True)
    different = ma.fields.List(ma.fields.Nested(Different), required=True)
    points = ma.fields.Integer(required=True, metadata={"description": "Of the file"})
    statement_points = ma.fields.Integer(required=True)
