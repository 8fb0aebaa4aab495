"""Days of forms, and times in replies."""

from datetime import UTC, date, datetime

from contracts.errors import Invalid

_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)


def day_of_form(text: str | None, pointer: str, default: date) -> date:
    """Return the day that a field of a form has, or `default`. Raises `Invalid` when it is out of range."""
    if text is None:
        return default
    day = date.fromisoformat(text)
    if not _EARLIEST <= day <= _LATEST:
        raise Invalid(errors=[{"pointer": pointer, "detail": f"应在 {_EARLIEST} 与 {_LATEST} 之间"}])
    return day


def parse_day(text: str | None, default: date) -> date:
    """Return the day that an argument has, or `default`. Raises `Invalid` when it is not a day."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise Invalid("应为日期，如 2026-11-05") from error


def instant(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def iso_day(day: date | None) -> str | None:
    """Return a day as ISO text, None for none."""
    return day.isoformat() if day else None
