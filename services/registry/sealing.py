"""What must be found but not read: phone numbers encrypted at rest beside a blind index of each; the codes of cards."""

import hmac

from nameko.extensions import DependencyProvider

from encryption import Cipher, InvalidTag, derive_key
from services.registry.domain.people import SealedPhone, masked_phone, phone_number


class Seal:
    """Seals with keys derived from one secret: AES-256-GCM to read again, HMAC-SHA256 to find again.

    What was sealed with the `former` secret can still be read, and found by `blinds`, until it is sealed anew.
    """

    def __init__(self, secret: str, former: str = "") -> None:
        if len(secret) < 16:
            raise ValueError("PHONE_KEY must have at least 16 characters")
        self._cipher = Cipher.derive(secret, "registry phone")
        self._index_key = derive_key(secret, "registry index")
        self._former = Seal(former) if former else None

    def phone(self, number: str) -> SealedPhone:
        """A number however it is written, as it is kept. Raises `Invalid` when it is none."""
        digits = phone_number(number)
        return SealedPhone(self.hidden(digits), self.blind(digits))

    def masked(self, cipher: bytes | None) -> str | None:
        """The number behind `cipher` as it is shown: `138****1234`."""
        return masked_phone(self.read(cipher)) if cipher is not None else None

    def hidden(self, text: str) -> bytes:
        """A text as it is kept where it must be read again."""
        return self._cipher.encrypt(text.encode())

    def read(self, cipher: bytes) -> str:
        """The text that `hidden` made `cipher` of."""
        cipher = bytes(cipher)
        try:
            return self._cipher.decrypt(cipher).decode()
        except InvalidTag:
            if self._former is None:
                raise
            return self._former.read(cipher)

    def blind(self, text: str) -> bytes:
        """The index under which `text` is found; it tells nothing about it."""
        return hmac.digest(self._index_key, text.encode(), "sha256")

    def blinds(self, text: str) -> list[bytes]:
        """Every index under which `text` may be found, the present one first."""
        return [self.blind(text), *(self._former.blinds(text) if self._former else ())]


class SealProvider(DependencyProvider):  # type: ignore[misc]
    """The seal whose secret is `PHONE_KEY` in the configuration, and the former one `PHONE_KEY_BEFORE`, if any."""

    def setup(self) -> None:
        config = self.container.config
        self._seal = Seal(str(config["PHONE_KEY"]), str(config.get("PHONE_KEY_BEFORE") or ""))

    def get_dependency(self, worker_ctx: object) -> Seal:
        """Called by nameko for each worker."""
        return self._seal
