"""Password hashing with argon2id, in the gateway so that it does not block a service's event loop."""

import functools
import secrets
import threading
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

Form = TypeVar("Form")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing_slots = threading.BoundedSemaphore(2)
"""Limits memory and CPU used by concurrent hashing."""


def hash_password(password: str) -> str:
    """Return an argon2id hash of `password`."""
    with _hashing_slots:
        return _hasher.hash(password)


def replace_with_hash(form: Mapping[str, Any], into: type[Form]) -> Form:
    """Return `form` as `into`: with a `password_hash` in place of its `password`, if it has one."""
    hashed = dict(form)
    if "password" in hashed:
        hashed["password_hash"] = hash_password(hashed.pop("password"))
    return cast(Form, hashed)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Return whether `password_hash` is of `password`. A hash of None takes as long to verify and never matches."""
    with _hashing_slots:
        try:
            return _hasher.verify(password_hash or _decoy_hash(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


@functools.cache
def _decoy_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe())
