"""Where merchants want to be told (R27)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema

TYPES = (
    "payment.authorized",
    "payment.refused",
    "payment.captured",
    "payment.voided",
    "payment.refunded",
    "voucher.redeemed",
)


class EndpointForm(Schema):
    url = fields.Text(
        500,
        required=True,
        example="https://shop.example/hooks/shanzhi",
        metadata={"format": "uri", "description": "https, at a public address"},
    )
    types = fields.List(
        fields.Choice(*TYPES),
        load_default=list,
        validate=ma.validate.Length(0, len(TYPES)),
        metadata={"description": "Everything, unless named"},
    )


class Endpoint(Schema):
    id = ma.fields.String(required=True)
    url = ma.fields.String(required=True)
    types = ma.fields.List(ma.fields.String(), required=True)
    mode = ma.fields.String(required=True, metadata={"enum": ["live", "test"]})
    status = ma.fields.String(
        required=True, metadata={"enum": ["active", "disabled"], "description": "disabled: it answered 410"}
    )
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    disabled_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    earlier_secret_until = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date-time", "description": "Until when the secret before signs, too"},
    )


class NewEndpoint(Endpoint):
    secret = ma.fields.String(required=True, metadata={"description": "whsec_…, never shown again"})


class Attempt(Schema):
    at = ma.fields.String(required=True, metadata={"format": "date-time"})
    status = ma.fields.Integer(required=True, allow_none=True)
    error = ma.fields.String(required=True, allow_none=True)
    milliseconds = ma.fields.Integer(required=True)


class Delivery(Schema):
    """One notice to one endpoint; `id` is its `webhook-id`."""

    id = ma.fields.String(required=True)
    endpoint_id = ma.fields.String(required=True)
    type = ma.fields.String(required=True)
    data = ma.fields.Dict(required=True, metadata={"description": "Ids of what to look up"})
    status = ma.fields.String(required=True, metadata={"enum": ["pending", "delivered", "failed"]})
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    next_attempt_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    attempts = ma.fields.List(ma.fields.Nested(Attempt), required=True)


class DeliveryQuery(Page):
    endpoint_id = fields.Id("wep", load_default=None, metadata={"description": "To that endpoint"})
    status = fields.Choice(
        "pending", "delivered", "failed", load_default=None, metadata={"description": "Only those that stand so"}
    )
