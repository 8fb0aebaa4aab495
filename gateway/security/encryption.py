"""What keeps a secret from whoever reads a store: keys derived from the gateway's own, which no service has.

An answer that holds a secret is kept for a repeat of its request like any other (R28), but the secret in it sealed. It
can be opened by a gateway alone, and only for the same request of the same caller.
"""

import base64
import json
from typing import Any

from flask import current_app

import encryption
from encryption import Cipher


def derive_key(purpose: str) -> bytes:
    """32 bytes that are the same in every gateway, and of no use for another purpose."""
    return encryption.derive_key(current_app.config["SETTINGS"].jwt_secret, f"gateway {purpose}")


def closed(told: dict[str, Any], request: dict[str, str]) -> str:
    """What the answer to `request`, a caller's key and digest, tells beside the rest; as a service may keep it."""
    return base64.b64encode(_cipher().encrypt(json.dumps(told).encode(), _bound_to(request))).decode()


def opened(sealed: str, request: dict[str, str]) -> dict[str, Any]:
    """As it was told the first time; with another secret of the gateway's the digest differs, and it is no repeat."""
    told: dict[str, Any] = json.loads(_cipher().decrypt(base64.b64decode(sealed), _bound_to(request)))
    return told


def _cipher() -> Cipher:
    return Cipher(derive_key("told once"))


def _bound_to(request: dict[str, str]) -> bytes:
    return json.dumps([request["caller"], request["key"], request["digest"]]).encode()
