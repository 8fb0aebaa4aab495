"""Moments as replies have them."""

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """Return `at` as RFC 3339 in UTC, ending in Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
