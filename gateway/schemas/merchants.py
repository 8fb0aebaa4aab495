"""Partner merchants and their keys (R27)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import page_of
from gateway.schemas import Schema

SCOPES = ("vouchers", "payments", "settlements", "webhooks")
PRIORITIES = "priorities"
"""Asking whether somebody has priority (R26): for other systems, and given only when it is named."""
_ANY_PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
-----END PUBLIC KEY-----"""


class MerchantForm(Schema):
    name = fields.Text(60, required=True, example="善治超市")
    address = fields.Text(200, least=0, example="莲花路 1 号", load_default="")


class MerchantRevision(MerchantForm):
    active = fields.Boolean(
        load_default=True, truthy={True}, falsy={False}, metadata={"description": "false suspends it and its keys"}
    )


class Merchant(Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    address = ma.fields.String(required=True)
    active = ma.fields.Boolean(required=True)


class Shop(Merchant):
    """One of a merchant's places."""

    merchant_id = ma.fields.String(required=True)


ShopPage = page_of(Shop)


class KeyForm(Schema):
    mode = fields.Choice("live", "test", required=True)
    scopes = fields.List(
        fields.Choice(*SCOPES, PRIORITIES), load_default=list(SCOPES), validate=ma.validate.Length(1, len(SCOPES) + 1)
    )
    public_key = fields.Text(
        500,
        example=_ANY_PUBLIC_KEY,
        load_default=None,
        metadata={"description": "PEM of an Ed25519 public key to sign with; without it we make a secret for HMAC"},
    )


class Key(Schema):
    id = ma.fields.String(required=True)
    merchant_id = ma.fields.String(required=True)
    mode = ma.fields.String(required=True, metadata={"enum": ["live", "test"]})
    scopes = ma.fields.List(ma.fields.String(), required=True)
    shown = ma.fields.String(required=True, metadata={"description": "Its first characters, to tell keys apart"})
    algorithm = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": ["hmac-sha256", "ed25519", None], "description": "How its requests are signed"},
    )
    created_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    revoked_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class NewKey(Key):
    key = ma.fields.String(required=True, metadata={"description": "The key itself; it is never shown again"})
    signing_secret = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What requests are signed with (HMAC); never shown again. None with a public key"},
    )
