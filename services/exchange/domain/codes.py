"""Random codes that people show: voucher codes, pay codes, priority codes."""

import hashlib
import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NORMALIZATION = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})

VOUCHER_LENGTH = 12
PAYCODE_LENGTH = 18
PAYCODE_PREFIX = "86"
"""Distinguishes our pay codes from WeChat's (10–15) and Alipay's (25–30) at a till's scanner."""
PRIORITY_CODE_PREFIX = "87"


def voucher_code() -> str:
    """Return twelve random characters of 32 (60 bits), none of them I, L, O or U: `7K3M9Q2PXW4T`."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(VOUCHER_LENGTH))


def grouped(code: str) -> str:
    """Return a voucher code as it is printed: `7K3M-9Q2P-XW4T`."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalized(typed: str) -> str:
    """Return a voucher code as stored, from any case, with or without hyphens, with O for 0 and I or L for 1."""
    return typed.upper().translate(_NORMALIZATION)


def paycode() -> str:
    """Return a random pay code of eighteen digits, as payment scanners expect."""
    return _digits(PAYCODE_PREFIX)


def priority_code() -> str:
    """Return a random priority code of eighteen digits; tills do not accept it as a pay code."""
    return _digits(PRIORITY_CODE_PREFIX)


def digest(digits: str) -> str:
    """Return the hash under which a pay or priority code is stored, so that a reader of the store cannot use it."""
    return hashlib.sha256(digits.encode()).hexdigest()


def _digits(prefix: str) -> str:
    return prefix + "".join(secrets.choice("0123456789") for _ in range(PAYCODE_LENGTH - len(prefix)))
