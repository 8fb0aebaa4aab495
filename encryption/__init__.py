"""Encrypt secrets and personal data at rest: AES-256-GCM with keys that HKDF derives from a configured secret.

A package of its own because gateway and services use it, and the gateway must not load messaging (nameko, SQLAlchemy).
The format of ciphertexts and the purposes in use are stored data; they must not change.
"""

import secrets
from functools import lru_cache
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = ["Cipher", "InvalidTag", "derive_key"]

_NONCE_LENGTH = 12  # bytes


@lru_cache
def derive_key(secret: str, purpose: str) -> bytes:
    """Return a 32-byte key. Keys of different purposes, such as `registry phone`, are independent of each other."""
    return HKDF(SHA256(), length=32, salt=None, info=f"shanzhi {purpose}".encode()).derive(secret.encode())


class Cipher:
    """AES-256-GCM. A ciphertext is a random nonce of 12 bytes followed by the encrypted data and its tag."""

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(key)

    @classmethod
    def derive(cls, secret: str, purpose: str) -> Self:
        """Return the cipher with the key that `derive_key` returns."""
        return cls(derive_key(secret, purpose))

    def encrypt(self, plaintext: bytes, associated_data: bytes | None = None) -> bytes:
        """Return a ciphertext, which can be decrypted only with the same `associated_data`."""
        nonce = secrets.token_bytes(_NONCE_LENGTH)
        return nonce + self._aes.encrypt(nonce, plaintext, associated_data)

    def decrypt(self, ciphertext: bytes, associated_data: bytes | None = None) -> bytes:
        """Return the plaintext. Raise InvalidTag if key or associated data differ or the ciphertext was changed."""
        return self._aes.decrypt(ciphertext[:_NONCE_LENGTH], ciphertext[_NONCE_LENGTH:], associated_data)
