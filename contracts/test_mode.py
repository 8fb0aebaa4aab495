"""Codes of test mode that are refused at first, so that a till's repeats can be tried (docs/merchants.md)."""

import re

from contracts.errors import Limited, Refusal, Unavailable

REFUSED_FIRST = 2
"""How many requests with one idempotency key are refused before the next one is answered."""

_LETTERS_TYPED_FOR_DIGITS = str.maketrans("OIL", "011")
PAYCODES: dict[str, type[Refusal]] = {
    "860000000000000429": Limited,
    "860000000000000503": Unavailable,
}
VOUCHERS: dict[str, type[Refusal]] = {
    "TEST00000429": Limited,
    "TEST00000503": Unavailable,
}


def first_refusal(typed: str) -> type[Refusal] | None:
    """Return what a pay code or voucher is first refused with, None if it is not one of these."""
    return PAYCODES.get(typed) or VOUCHERS.get(re.sub(r"[\s-]", "", typed).upper().translate(_LETTERS_TYPED_FOR_DIGITS))
