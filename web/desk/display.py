"""Texts of what the API names by code, and of days and instants, in the language of the page."""

from datetime import datetime
from zoneinfo import ZoneInfo

from web import words
from web.desk.access import ROLES
from web.languages import gettext, language
from web.languages import later as _

ZONE = ZoneInfo("Asia/Shanghai")
CATEGORIES = {
    "living_environment": _("人居环境"),
    "neighbourhood": _("小区建设"),
    "charity": _("爱心公益"),
    "public_order": _("社会综治"),
    "other": _("其他"),
}


def role(code: str) -> str:
    """Return the title of a role."""
    return gettext(ROLES[code]) if code in ROLES else code


def category(code: str) -> str:
    """Return the title of a category."""
    return gettext(CATEGORIES[code]) if code in CATEGORIES else code


def month(period: str) -> str:
    """Return `2026-10` as 2026 年 10 月."""
    return period if language() == "en" else words.month(period)


def day(text: str | None) -> str:
    """Return `2026-10-05` as 10 月 5 日; empty for no day."""
    return (text or "") if language() == "en" else words.day(text)


def moment(text: str | None) -> str:
    """Return an instant as 10 月 5 日 09:30, in Shanghai, with the year unless it is this one; empty for none."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone(ZONE)
    if language() == "en":
        return f"{at:%Y-%m-%d %H:%M}"
    year = "" if at.year == datetime.now(ZONE).year else f"{at.year} 年 "
    return f"{year}{at.month} 月 {at.day} 日 {at:%H:%M}"


def number(value: float) -> str:
    """Return a number with separators of thousands and without a needless fraction."""
    return f"{value:,g}" if abs(value) < 1_000_000 else f"{value:,.0f}"
