"""Passwords: argon2id, computed here so that it never holds up a service's event loop."""

import functools
import secrets
import threading
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing_slots = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """An argon2id hash to be kept by registry."""
    with _hashing_slots:
        return _hasher.hash(password)


def replace_with_hash(form: dict[str, Any]) -> dict[str, Any]:
    """The form with a `password_hash` in place of its `password`, if it has one."""
    form = dict(form)
    return form | {"password_hash": hash_password(form.pop("password"))} if "password" in form else form


def verify_password(password: str, kept: str | None) -> bool:
    """Whether `kept` is a hash of `password`; takes as long when there is none (`kept` None)."""
    with _hashing_slots:
        try:
            return _hasher.verify(kept or _decoy_hash(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@functools.cache
def _decoy_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe())
