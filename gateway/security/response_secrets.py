"""Encrypts secrets in stored responses, so that a repeat of the request returns them and the store does not show them.

A service stores the response to a command under its idempotency key (R28). The secrets in it are encrypted with a key
that only gateways have, and can be decrypted only for a repeat of the same request by the same caller.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from flask import current_app

from encryption import Cipher, derive_key


def gateway_key(purpose: str) -> bytes:
    """Return the 32-byte key for `purpose`, the same in every gateway. No service can derive it."""
    return derive_key(current_app.config["SETTINGS"].jwt_secret, f"gateway {purpose}")


def encrypt(values: Mapping[str, Any], command: Mapping[str, str]) -> str:
    """Encrypt `values`, as JSON, for the `command` identified by `caller`, `key` and `digest`."""
    ciphertext = _cipher().encrypt(json.dumps(dict(values)).encode(), _associated_data(command))
    return base64.b64encode(ciphertext).decode()


def decrypt(text: str, command: Mapping[str, str]) -> dict[str, Any]:
    """Return the values encrypted for `command`. Raise InvalidTag if they are of another one."""
    plaintext = _cipher().decrypt(base64.b64decode(text), _associated_data(command))
    values: dict[str, Any] = json.loads(plaintext)
    return values


def _cipher() -> Cipher:
    return Cipher(gateway_key("told once"))  # stored responses depend on this purpose; never change it


def _associated_data(command: Mapping[str, str]) -> bytes:
    return json.dumps([command["caller"], command["key"], command["digest"]]).encode()
