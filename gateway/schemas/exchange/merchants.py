"""Keys of partner merchants as the gateway makes them (R27)."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.calls.exchange.merchants import Key, Scope, Shop
from contracts.calls.exchange.tills import Mode
from contracts.schema import Doc
from gateway.paging import page_schema

ShopPage = page_schema(Shop)

_SCOPES: tuple[Scope, ...] = ("vouchers", "payments", "settlements", "webhooks")
"""The scopes of a key for which none are chosen."""
_PRIORITIES: Scope = "priorities"
"""Asking which priorities a person has (R26): for other systems, and only when it is chosen."""
_EXAMPLE_PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
-----END PUBLIC KEY-----"""


class KeyForm(TypedDict):
    mode: Annotated[Mode, fields.Choice("live", "test")]
    scopes: Annotated[
        list[Scope],
        fields.ListOf(fields.Choice(*_SCOPES, _PRIORITIES), 1, len(_SCOPES) + 1, load_default=list(_SCOPES)),
    ]
    public_key: Annotated[
        str | None,
        fields.Text(500, example=_EXAMPLE_PUBLIC_KEY, load_default=None),
        Doc("PEM of an Ed25519 public key to sign with; without it a secret for HMAC is created"),
    ]


class KeyWithSecrets(Key):
    key: Annotated[str, Doc("The key itself; it is never shown again")]
    signing_secret: Annotated[
        str | None, Doc("What requests are signed with (HMAC); never shown again. None with a public key")
    ]
