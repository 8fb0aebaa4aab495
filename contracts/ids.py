"""Generate identifiers: a prefix for the kind of object and a ULID, so that ids sort by the time they were made."""

import secrets

from ulid import ULID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


def new(prefix: str) -> str:
    """Return a new id such as `clm_01jd3v…`: a prefix of three letters and 26 lower-case characters.

    Of two ids that a process makes within one millisecond, the later sorts after the earlier.
    """
    return f"{prefix}_{str(ULID()).lower()}"


def new_without_time(prefix: str) -> str:
    """Return a new id of the same form of random characters alone, for what the public sees of people (R14)."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))}"
