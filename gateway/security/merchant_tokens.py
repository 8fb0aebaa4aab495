"""The text of merchants' API keys: random, with a checksum that only gateways can make.

A request with a key that no gateway has made is counted against its address before any service is asked. A key with a
valid checksum is not, so that invented keys from one address never silence a till behind it.
"""

import base64
import functools
import hmac
import re
import secrets
from typing import Literal

from flask import current_app

from encryption import derive_key

_KEY = re.compile(r"(sz_(?:live|test)_[A-Za-z0-9_-]{43})([A-Za-z0-9_-]{16})")


def new_key(mode: Literal["live", "test"]) -> str:
    """Return a new key: 256 random bits and a checksum of 96 bits."""
    body = f"sz_{mode}_{secrets.token_urlsafe(32)}"
    return body + _checksum(body)


def is_ours(key: str) -> bool:
    """Return whether a gateway with the same secret made `key`. False for keys from before checksums."""
    found = _KEY.fullmatch(key)
    return found is not None and hmac.compare_digest(found[2], _checksum(found[1]))


def _checksum(body: str) -> str:
    digest = hmac.digest(_checksum_key(current_app.config["SETTINGS"].jwt_secret), body.encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:12]).decode()


@functools.cache
def _checksum_key(secret: str) -> bytes:
    return derive_key(secret, "gateway merchant keys")
