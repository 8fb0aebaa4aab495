"""Webhook secrets must be read again to sign with, so they are kept encrypted, not hashed."""

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nameko.extensions import DependencyProvider

_NONCE = 12


class Seal:
    """AES-256-GCM with a key derived from one secret."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("WEBHOOK_KEY must have at least 16 characters")
        key = HKDF(SHA256(), length=32, salt=None, info=b"shanzhi exchange webhooks").derive(secret.encode())
        self._cipher = AESGCM(key)

    def close(self, text: str) -> str:
        """As it is kept."""
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode()

    def open(self, kept: str) -> str:
        """As it was."""
        cipher = base64.b64decode(kept)
        return self._cipher.decrypt(cipher[:_NONCE], cipher[_NONCE:], None).decode()


class SealProvider(DependencyProvider):  # type: ignore[misc]
    """The seal whose secret is `WEBHOOK_KEY` in the configuration."""

    def setup(self) -> None:
        self._seal = Seal(str(self.container.config["WEBHOOK_KEY"]))

    def get_dependency(self, worker_ctx: object) -> Seal:
        """Called by nameko for each worker."""
        return self._seal
