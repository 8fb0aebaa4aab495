"""Optional days and times as JSON."""

from datetime import date


def iso(moment: date | None) -> str | None:
    """Return a day or time in ISO 8601, or None."""
    return moment.isoformat() if moment else None
