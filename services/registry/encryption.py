"""Encryption of personal data at rest: phone numbers, with blind indexes to find them by, card codes, rosters."""

import hmac

from nameko.extensions import DependencyProvider

from encryption import Cipher, InvalidTag, derive_key
from services.registry.domain.people import EncryptedPhone, masked_phone, phone_number

_SHORTEST_SECRET = 16


class PersonalDataCipher:
    """AES-256-GCM to decrypt again, HMAC-SHA256 as blind index, with keys derived from one secret.

    What was encrypted with the `former` secret can still be decrypted, and found by `blind_indexes`, until it is
    encrypted again with the present one.
    """

    def __init__(self, secret: str, former: str = "") -> None:
        if len(secret) < _SHORTEST_SECRET:
            raise ValueError("PHONE_KEY must have at least 16 characters")
        self._cipher = Cipher.derive(secret, "registry phone")
        self._index_key = derive_key(secret, "registry index")
        self._former = PersonalDataCipher(former) if former else None

    def encrypt_phone(self, number: str) -> EncryptedPhone:
        """Return a phone number, in any spelling, as it is stored. Raises `Invalid` when it is not a mobile number."""
        digits = phone_number(number)
        return EncryptedPhone(self.encrypt(digits), self.blind_index(digits))

    def masked_phone(self, ciphertext: bytes | None) -> str | None:
        """Return an encrypted number as it is shown: `138****1234`."""
        return masked_phone(self.decrypt(ciphertext)) if ciphertext is not None else None

    def encrypt(self, text: str) -> bytes:
        """Return the ciphertext of `text`."""
        return self._cipher.encrypt(text.encode())

    def decrypt(self, ciphertext: bytes) -> str:
        """Return the text that `encrypt` was given. Raises `InvalidTag` when neither secret fits."""
        ciphertext = bytes(ciphertext)
        try:
            return self._cipher.decrypt(ciphertext).decode()
        except InvalidTag:
            if self._former is None:
                raise
            return self._former.decrypt(ciphertext)

    def blind_index(self, text: str) -> bytes:
        """Return the keyed hash by which an encrypted `text` is found."""
        return hmac.digest(self._index_key, text.encode(), "sha256")

    def blind_indexes(self, text: str) -> list[bytes]:
        """Return the indexes of `text` with the present and the former secret, the present one first."""
        return [self.blind_index(text), *(self._former.blind_indexes(text) if self._former else ())]


class PersonalDataCipherProvider(DependencyProvider):  # type: ignore[misc]
    """Gives workers the cipher whose secret is `PHONE_KEY` in the configuration; the former is `PHONE_KEY_BEFORE`."""

    def setup(self) -> None:
        config = self.container.config
        self._cipher = PersonalDataCipher(str(config["PHONE_KEY"]), str(config.get("PHONE_KEY_BEFORE") or ""))

    def get_dependency(self, worker_ctx: object) -> PersonalDataCipher:
        """Return the cipher. nameko calls this for each worker."""
        return self._cipher
