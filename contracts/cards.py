"""The code on a household card 户码卡: format, digest and PIN input, the same in all services (R6)."""

import hashlib
import re

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for one another."""
LENGTH = 20


def normalize(code: str) -> str | None:
    """Return a typed code in capitals without spaces and dashes, or None if it is not a code."""
    letters = re.sub(r"[\s-]", "", code).upper()
    return letters if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", letters) else None


def formatted(code: str) -> str:
    """Return a normalized code as printed: `7K3M-9QRT-XW2E-H5NA-4BCD`."""
    return "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def digest(code: str) -> str:
    """Return the SHA-256 of a normalized code in hexadecimal. A code has 99 bits and cannot be guessed from it."""
    return hashlib.sha256(code.encode()).hexdigest()


def pin_secret(code: str, pin: str) -> str:
    """Return the text that is hashed to verify a PIN; it includes the code, so that PINs cannot be tried without it."""
    return f"{code}:{pin}"
