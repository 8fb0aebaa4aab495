"""Identifiers: a prefix that tells what it is, then a ULID, so that ids sort by the time they were made."""

import os
import time
from threading import Lock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, in lower case
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)

_turn = Lock()
_last = 0


def new(prefix: str) -> str:
    """A new id such as `clm_01jd3v…` (prefix of three letters, 26 lower-case characters).

    Of two ids made by one process the later sorts after the earlier, also within a millisecond (monotonic ULID).
    """
    global _last
    with _turn:
        drawn = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
        made = _last = max(drawn, _last + 1)
    return f"{prefix}_{_text(made)}"


def _text(ulid: int) -> str:
    """Its 26 characters, two at a time; a ledger makes two ids for each transfer."""
    return "".join([_PAIRS[ulid >> shift & 1023] for shift in _SHIFTS])
