"""Describes what the platform sends to merchants, as `webhooks` of OpenAPI 3.1 (R27)."""

from typing import Annotated, Any, TypedDict, get_args

from apispec import APISpec

from contracts.calls.exchange.webhooks import NoticeType
from contracts.schema import Doc, Instant, schema_of


class TestData(TypedDict):
    """What the merchant asked to be sent by `POST /v1/merchant/webhook-endpoints/{endpoint_id}/test`."""

    endpoint_id: str


class PaymentData(TypedDict):
    authorization_id: str


class RefundData(PaymentData):
    refund_id: str


class VoucherData(TypedDict):
    voucher_id: str
    order_id: str


class TestNotice(TypedDict):
    """A trial."""

    type: str
    timestamp: Annotated[Instant, Doc("When it happened")]
    data: TestData


class PaymentNotice(TypedDict):
    """A payment changed: read `GET /v1/merchant/authorizations/{payment_id}`."""

    type: str
    timestamp: Annotated[Instant, Doc("When it happened")]
    data: PaymentData


class RefundNotice(TypedDict):
    """Points of a payment were returned."""

    type: str
    timestamp: Annotated[Instant, Doc("When it happened")]
    data: RefundData


class VoucherNotice(TypedDict):
    """A voucher was redeemed."""

    type: str
    timestamp: Annotated[Instant, Doc("When it happened")]
    data: VoucherData


_BODIES: dict[str, Any] = {"payment.refunded": RefundNotice, "voucher.redeemed": VoucherNotice}
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
    body = TestNotice if kind == "endpoint.test" else _BODIES.get(kind, PaymentNotice)
    if body.__name__ not in spec.components.schemas:
        spec.components.schema(body.__name__, schema=schema_of(body))
    return {
        "operationId": kind.replace(".", "_"),
        "summary": f"`{kind}`",
        "description": _DESCRIPTION,
        "tags": ["webhooks"],
        "parameters": [
            {"in": "header", "name": name, "required": True, "description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "allOf": [
                            {"$ref": f"#/components/schemas/{body.__name__}"},
                            {"type": "object", "properties": {"type": {"type": "string", "enum": [kind]}}},
                        ]
                    }
                }
            },
        },
        "responses": {
            "2XX": {"description": "Received"},
            "410": {"description": "Disables the endpoint"},
            "default": {"description": "Not received: it is sent again later"},
        },
    }
