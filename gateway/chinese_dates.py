"""Days and months as printed on paper for residents."""


def month_title(period: str) -> str:
    """Return `2026-03` as `2026 年 3 月`."""
    year, month = period.split("-")
    return f"{year} 年 {int(month)} 月"


def day_title(day: str) -> str:
    """Return `2026-03-05` as `3月5日`, for narrow columns."""
    _, month, number = day.split("-")
    return f"{int(month)}月{int(number)}日"
