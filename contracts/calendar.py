"""Days and periods as the community counts them: in Asia/Shanghai, whatever the server's clock says."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def day_of(at: datetime) -> date:
    """The community's date at that instant (`at` must be aware)."""
    return at.astimezone(ZONE).date()


def start_of(day: date) -> datetime:
    """The instant the community's day begins."""
    return datetime.combine(day, time.min, ZONE)


def period_of(day: date) -> str:
    """The month a day belongs to, as `2026-11`."""
    return f"{day:%Y-%m}"


def next_period(period: str) -> str:
    """The month after: `2026-12` → `2027-01`."""
    year, month = map(int, period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def first_day(period: str) -> date:
    """The first day of a period."""
    return date.fromisoformat(f"{period}-01")
