"""Days, months and times as printed on paper for residents."""

from datetime import datetime

from contracts.calendar import ZONE


def month_title(period: str) -> str:
    """Return `2026-03` as `2026 年 3 月`."""
    year, month = period.split("-")
    return f"{year} 年 {int(month)} 月"


def day_title(day: str) -> str:
    """Return `2026-03-05` as `3月5日`, for narrow columns."""
    _, month, number = day.split("-")
    return f"{int(month)}月{int(number)}日"


def local_time(at: str | None) -> str:
    """Return `2026-03-05T01:30:00Z` as `2026-03-05 09:30`, the time in Asia/Shanghai; empty for None."""
    return f"{datetime.fromisoformat(at).astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""
