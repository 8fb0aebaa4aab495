"""Describes what the platform sends to merchants, as `webhooks` of OpenAPI 3.1 (R27)."""

import re
from typing import Any, TypedDict, get_args

from apispec import APISpec

from contracts.calls.exchange.webhooks import NoticeType
from contracts.schema import schema_of


class TestData(TypedDict):
    """What the merchant asked to be sent by `POST /v1/merchant/webhook-endpoints/{endpoint_id}/test`."""

    endpoint_id: str


class PaymentData(TypedDict):
    """Which payment changed: read `GET /v1/merchant/authorizations/{payment_id}`."""

    authorization_id: str


class RefundData(PaymentData):
    refund_id: str


class VoucherData(TypedDict):
    voucher_id: str
    order_id: str


class UndoneVoucherData(VoucherData):
    refund_id: str


_DATA: dict[str, Any] = {
    "endpoint.test": TestData,
    "payment.refunded": RefundData,
    "voucher.redeemed": VoucherData,
    "voucher.redemption_undone": UndoneVoucherData,
}
"""What a type's `data` has; of others, PaymentData."""
_DESCRIPTION = "Standard Webhooks 1.0. Verify the signature over the raw body and answer 2xx within 15 seconds."
_HEADERS = {
    "webhook-id": "The delivery, the same when it is sent again",
    "webhook-timestamp": "When this attempt was sent, Unix time",
    "webhook-signature": "`v1,` and the base64 HMAC-SHA256 of id, timestamp and body; several, separated by spaces, "
    "while a replaced secret still signs",
}


def describe_webhooks(spec: APISpec) -> dict[str, Any]:
    """Return the path item of every notice type; their bodies are registered as schemas of `spec`."""
    return {kind: {"post": _operation(spec, kind)} for kind in ("endpoint.test", *get_args(NoticeType))}


def _operation(spec: APISpec, kind: str) -> dict[str, Any]:
    return {
        "operationId": kind.replace(".", "_"),
        "summary": f"`{kind}`",
        "description": _DESCRIPTION,
        "tags": ["webhooks"],
        "parameters": [
            {"in": "header", "name": name, "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(spec, kind)}}},
        "responses": {
            "2XX": {"description": "Received"},
            "410": {"description": "Disables the endpoint"},
            "default": {"description": "Not received: it is sent again later"},
        },
    }


def _body(spec: APISpec, kind: str) -> dict[str, str]:
    """Register the schema of a type's body, such as PaymentCapturedNotice, and return a reference to it."""
    data = _DATA.get(kind, PaymentData)
    if data.__name__ not in spec.components.schemas:
        spec.components.schema(data.__name__, schema=schema_of(data))
    name = re.sub(r"(?:^|[._])([a-z])", lambda initial: initial[1].upper(), kind) + "Notice"
    fields = {
        "type": {"type": "string", "enum": [kind]},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened"},
        "data": {"$ref": f"#/components/schemas/{data.__name__}"},
    }
    spec.components.schema(name, {"type": "object", "properties": fields, "required": sorted(fields)})
    return {"$ref": f"#/components/schemas/{name}"}
