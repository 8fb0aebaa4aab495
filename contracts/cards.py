"""The code on a household's printed card 户码卡: what the registry keeps and a till shows must be the same (R6)."""

import hashlib
import re

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""None that is read as another."""
LENGTH = 20


def plain(code: str) -> str | None:
    """The code as it is meant, typed with or without gaps, dashes and capitals; none when it cannot be one."""
    letters = re.sub(r"[\s-]", "", code).upper()
    return letters if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", letters) else None


def shown(code: str) -> str:
    """The code as it is printed: `7K3M-9QRT-XW2E-H5NA-4BCD`."""
    return "-".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def digest(code: str) -> str:
    """What a plain code is found by, in 64 hexadecimal digits; the code has too many shapes to be guessed from it."""
    return hashlib.sha256(code.encode()).hexdigest()


def secret(code: str, pin: str) -> str:
    """What is hashed for a plain code and its PIN of six digits: without the card not even every PIN can be tried."""
    return f"{code}:{pin}"
