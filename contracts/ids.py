"""Generate identifiers: a prefix for the kind of object and a ULID, so that ids sort by the time they were made."""

from ulid import ULID


def new(prefix: str) -> str:
    """Return a new id such as `clm_01jd3v…`: a prefix of three letters and 26 lower-case characters.

    Of two ids that a process makes within one millisecond, the later sorts after the earlier.
    """
    return f"{prefix}_{str(ULID()).lower()}"
