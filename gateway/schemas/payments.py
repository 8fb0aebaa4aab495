"""Till payments as those see them whose passbook paid."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.orders import Step

STATUSES = ("pending", "authorized", "refused", "captured", "voided", "expired")


class PaymentQuery(Page):
    account_id = fields.Id(
        "hou", "per", load_default=None, metadata={"description": "Whose passbook; by default one's own"}
    )
    status = fields.Choice(*STATUSES, load_default=None, metadata={"description": "Only those"})


class Payment(Schema):
    """`points` were asked for; `captured` were taken and the rest released; of those `refunded` came back."""

    id = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": list(STATUSES)})
    account_id = ma.fields.String(required=True, metadata={"description": "The passbook that paid"})
    person_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Whose pay code it was; null by card"}
    )
    person_name = ma.fields.String(allow_none=True)
    by_card = ma.fields.Boolean(required=True, metadata={"description": "With the household's printed card"})
    merchant_id = ma.fields.String(required=True)
    merchant_name = ma.fields.String(required=True)
    shop_name = ma.fields.String(required=True, allow_none=True)
    merchant_reference = ma.fields.String(required=True, metadata={"description": "The shop's own number of the sale"})
    points = ma.fields.Integer(required=True)
    captured = ma.fields.Integer(required=True)
    refunded = ma.fields.Integer(required=True)
    available = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "If refused: what the passbook had"}
    )
    refusal_code = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": ["insufficient_points", "account_closed", None], "description": "Why it was refused"},
    )
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    steps = ma.fields.List(ma.fields.Nested(Step), required=True)
