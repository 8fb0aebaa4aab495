"""What keeps a secret from whoever reads a store: keys derived from the gateway's own, which no service has.

An answer that holds a secret is kept for a repeat of its request like any other (R28), but the secret in it sealed. It
can be opened by a gateway alone, and only for the same request of the same caller.
"""

import base64
import functools
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

_NONCE = 12


def derive_key(purpose: str) -> bytes:
    """32 bytes that are the same in every gateway, and of no use for another purpose."""
    return _derived(current_app.config["SETTINGS"].jwt_secret, purpose)


def closed(told: dict[str, Any], request: dict[str, str]) -> str:
    """What the answer to `request`, a caller's key and digest, tells beside the rest; as a service may keep it."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, json.dumps(told).encode(), _bound_to(request))).decode()


def opened(sealed: str, request: dict[str, str]) -> dict[str, Any]:
    """As it was told the first time; with another secret of the gateway's the digest differs, and it is no repeat."""
    text = base64.b64decode(sealed)
    told: dict[str, Any] = json.loads(_cipher().decrypt(text[:_NONCE], text[_NONCE:], _bound_to(request)))
    return told


def _cipher() -> AESGCM:
    return AESGCM(derive_key("told once"))


def _bound_to(request: dict[str, str]) -> bytes:
    return json.dumps([request["caller"], request["key"], request["digest"]]).encode()


@functools.lru_cache
def _derived(secret: str, purpose: str) -> bytes:
    info = f"shanzhi gateway {purpose}".encode()
    return HKDF(SHA256(), length=32, salt=None, info=info).derive(secret.encode())
