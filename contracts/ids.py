"""Identifiers: a prefix that tells what it is, then a ULID, so that ids sort by the time they were made."""

from ulid import ULID


def new(prefix: str) -> str:
    """A new id such as `clm_01jd3v…` (prefix of three letters, 26 lower-case characters)."""
    return f"{prefix}_{str(ULID()).lower()}"
