"""Orders, vouchers and pay codes (R25)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema

STATUSES = ("placed", "confirmed", "redeemed", "issued", "refused", "cancelled", "lapsed")


class OrderForm(Schema):
    reward_id = fields.Id("rwd", required=True)
    quantity = fields.Count(1, 100, load_default=1)
    person_id = fields.Id(
        "per", metadata={"description": "For whom, when somebody orders for a resident he answers for (代办)"}
    )
    account_id = fields.Id("hou", "per", metadata={"description": "Which passbook pays; by default the household's"})


class OrderQuery(Page):
    status = fields.Choice(*STATUSES, load_default=None, metadata={"description": "Only those that have come so far"})


class RewardShown(Schema):
    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class Voucher(Schema):
    id = ma.fields.String(required=True)
    code = ma.fields.String(required=True, metadata={"example": "7K3M-9Q2P-XW4T"})
    qr = ma.fields.String(required=True, metadata={"description": "What its QR code says"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})


class Step(Schema):
    step = ma.fields.String(required=True)
    at = ma.fields.String(required=True, metadata={"format": "date-time"})
    by_id = ma.fields.String(metadata={"description": "Who, if a person did it"})
    merchant_id = ma.fields.String()
    text = ma.fields.String(required=True, metadata={"description": "中文说明"})


class Order(Schema):
    """`placed` until the bank has answered; then `confirmed` with a voucher, `issued` with codes, or `refused`."""

    id = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": list(STATUSES)})
    reward = ma.fields.Nested(RewardShown, required=True)
    quantity = ma.fields.Integer(required=True)
    points = ma.fields.Integer(required=True)
    account_id = ma.fields.String(required=True, metadata={"description": "The passbook that pays"})
    person_id = ma.fields.String(required=True)
    person_name = ma.fields.String(allow_none=True)
    placed_by_id = ma.fields.String(required=True)
    placed_by_name = ma.fields.String(allow_none=True)
    placed_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    merchant_ids = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "Where it is honoured; empty: everywhere"}
    )
    merchant_id = ma.fields.String(required=True, allow_none=True, metadata={"description": "Who honoured it"})
    available = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "If refused: what the passbook had"}
    )
    refusal_code = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": ["insufficient_points", "account_closed", None], "description": "Why it was refused"},
    )
    voucher = ma.fields.Nested(Voucher, required=True, allow_none=True)
    codes = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "A merchant's own codes, honoured at the merchant"}
    )
    lapses_in_days = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "Whole days its voucher can still be honoured"}
    )
    reminded_at = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date-time", "description": "When its holder was reminded that it lapses"},
    )
    steps = ma.fields.List(ma.fields.Nested(Step), required=True)


class BenefitForm(Schema):
    code = fields.Text(
        40,
        required=True,
        example="7K3M-9Q2P-XW4T",
        metadata={"description": "As scanned or typed, in any case and grouping"},
    )


class PaycodeForm(Schema):
    account_id = fields.Id("hou", "per", metadata={"description": "Which passbook pays; by default the household's"})


class Paycode(Schema):
    paycode = ma.fields.String(required=True, metadata={"description": "Good once, for 60 seconds"})
    qr = ma.fields.String(required=True, metadata={"description": "What its QR code says"})
    qr_image = ma.fields.String(required=True, metadata={"description": "The QR code as a data: URI (SVG)"})
    qr_png = ma.fields.String(required=True, metadata={"description": "The same as PNG, for mini-programs' <image>"})
    account_id = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})
