"""Webhook secrets must be read again to sign with, so they are kept encrypted, not hashed."""

import base64

from nameko.extensions import DependencyProvider

from encryption import Cipher


class Seal:
    """AES-256-GCM with a key derived from one secret."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("WEBHOOK_KEY must have at least 16 characters")
        self._cipher = Cipher.derive(secret, "exchange webhooks")

    def close(self, text: str) -> str:
        """As it is kept."""
        return base64.b64encode(self._cipher.encrypt(text.encode())).decode()

    def open(self, kept: str) -> str:
        """As it was."""
        return self._cipher.decrypt(base64.b64decode(kept)).decode()


class SealProvider(DependencyProvider):  # type: ignore[misc]
    """The seal whose secret is `WEBHOOK_KEY` in the configuration."""

    def setup(self) -> None:
        self._seal = Seal(str(self.container.config["WEBHOOK_KEY"]))

    def get_dependency(self, worker_ctx: object) -> Seal:
        """Called by nameko for each worker."""
        return self._seal
