"""Days and periods in Asia/Shanghai, independent of the server's time zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """Return the date in Asia/Shanghai at an aware instant."""
    return at.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """Return the first instant of a day in Asia/Shanghai."""
    return datetime.combine(day, time.min, ZONE)


def period_of(day: date) -> str:
    """Return the month of a day, such as `2026-11`."""
    return f"{day:%Y-%m}"


def next_period(period: str) -> str:
    """Return the following month: `2026-12` → `2027-01`."""
    year, month = map(int, period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def first_day(period: str) -> date:
    """Return the first day of a period."""
    return date.fromisoformat(f"{period}-01")
