"""Identifiers: a prefix that tells what it is, then a ULID, so that ids sort by the time they were made."""

from threading import Lock

from ulid import ULID

_turn = Lock()
_last = 0


def new(prefix: str) -> str:
    """A new id such as `clm_01jd3v…` (prefix of three letters, 26 lower-case characters).

    Of two ids made by one process the later sorts after the earlier, also within a millisecond (monotonic ULID).
    """
    global _last
    with _turn:
        _last = max(int(ULID()), _last + 1)
        made = _last
    return f"{prefix}_{str(ULID.from_int(made)).lower()}"
