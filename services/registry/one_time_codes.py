"""Computes the one-time codes of authenticator apps (TOTP: six digits, 30 seconds)."""

import hmac
from datetime import datetime

from services.registry.domain.second_factors import FindStep
from services.registry.encryption import PersonalDataCipher

_STEP_SECONDS = 30
_ACCEPTED_STEPS = (0, -1, 1)
"""The present code, and one step of difference between two clocks either way."""


def step_finder(cipher: PersonalDataCipher, now: datetime) -> FindStep:
    """Return a function that finds the time step of a code among those accepted now."""
    present = int(now.timestamp()) // _STEP_SECONDS

    def find(secret_cipher: bytes, code: str) -> int | None:
        import pyotp  # at first use: few people have a second factor

        totp = pyotp.TOTP(cipher.decrypt(secret_cipher))
        for step in (present + offset for offset in _ACCEPTED_STEPS):
            if hmac.compare_digest(totp.at(step * _STEP_SECONDS), code):
                return step
        return None

    return find
