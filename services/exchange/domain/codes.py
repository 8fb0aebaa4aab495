"""What is shown at a counter: voucher codes and pay codes. None can be guessed."""

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})

VOUCHER_LENGTH = 12
PAYCODE_LENGTH = 18
PAYCODE_PREFIX = "86"
"""Tells a till's scanner our pay codes from WeChat's (10–15) and Alipay's (25–30)."""


PRIORITY_CODE_PREFIX = "87"


def voucher_code() -> str:
    """Twelve characters of 32 (60 bits), without the letters that look like digits: `7K3M9Q2PXW4T`."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(VOUCHER_LENGTH))


def grouped(code: str) -> str:
    """As it is printed and read aloud: `7K3M-9Q2P-XW4T`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalized(typed: str) -> str:
    """A voucher code as someone typed it: any case, with or without hyphens, O for 0 and I or L for 1."""
    return typed.upper().translate(_LOOK_ALIKES)


def paycode() -> str:
    """Eighteen digits, as payment scanners expect."""
    return _digits(PAYCODE_PREFIX)


def priority_code() -> str:
    """Eighteen digits that no till takes for a payment."""
    return _digits(PRIORITY_CODE_PREFIX)


def digest(digits: str) -> str:
    """How a pay code is kept: whoever reads the store cannot show it at a till."""
    return hashlib.sha256(digits.encode()).hexdigest()


def _digits(prefix: str) -> str:
    return prefix + "".join(secrets.choice("0123456789") for _ in range(PAYCODE_LENGTH - len(prefix)))
