"""Encryption of webhook secrets, which must be readable to sign with."""

import base64

from nameko.extensions import DependencyProvider

from encryption import Cipher


class WebhookSecretCipher:
    """Encrypts and decrypts webhook secrets with a key derived from `WEBHOOK_KEY`."""

    def __init__(self, webhook_key: str) -> None:
        """Raise ValueError for a key of fewer than 16 characters."""
        if len(webhook_key) < 16:
            raise ValueError("WEBHOOK_KEY must have at least 16 characters")
        self._cipher = Cipher.derive(webhook_key, "exchange webhooks")

    def encrypt(self, secret: str) -> str:
        """Return a secret as it is stored."""
        return base64.b64encode(self._cipher.encrypt(secret.encode())).decode()

    def decrypt(self, stored: str) -> str:
        """Return a stored secret."""
        return self._cipher.decrypt(base64.b64decode(stored)).decode()


class WebhookSecretCipherProvider(DependencyProvider):  # type: ignore[misc]
    """The cipher of the configuration's `WEBHOOK_KEY`, as a nameko dependency."""

    def setup(self) -> None:
        self._cipher = WebhookSecretCipher(str(self.container.config["WEBHOOK_KEY"]))

    def get_dependency(self, worker_ctx: object) -> WebhookSecretCipher:
        return self._cipher
