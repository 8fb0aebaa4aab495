"""Titles of what the API names by code, and texts of days, months and places, in the language of the page."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from web import clock
from web.languages import gettext, language
from web.languages import later as _

ENTRY_STATES = {"published": _("公示中"), "frozen": _("异议处理中"), "final": _("已生效")}
BOARDS = {"households": _("家庭榜"), "residents": _("个人榜"), "courtyards": _("院落榜")}


def month(period: str) -> str:
    """Return `2026-10` as 2026 年 10 月."""
    if language() == "en":
        return period
    year, number = period.split("-")
    return f"{year} 年 {int(number)} 月"


def day(text: str | None) -> str:
    """Return `2026-10-05` as 10 月 5 日; empty for no day."""
    if not text or language() == "en":
        return text or ""
    _year, number, of_month = text.split("-")
    return f"{int(number)} 月 {int(of_month)} 日"


def full_day(text: str) -> str:
    """Return `2026-10-05` as 2026 年 10 月 5 日 星期一."""
    at = date.fromisoformat(text)
    if language() == "en":
        return f"{at:%A} {text}"
    return f"{at.year} 年 {at.month} 月 {at.day} 日 星期{'一二三四五六日'[at.weekday()]}"


def moment(text: str | None) -> str:
    """Return an instant as 2026 年 10 月 5 日 09:30, in Shanghai; empty for none."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone(clock.ZONE)
    if language() == "en":
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"


def is_past(text: str | None) -> bool:
    """Return whether an instant is over."""
    return bool(text) and datetime.fromisoformat(str(text)) <= clock.now()


def number(value: float) -> str:
    """Return a number without a needless fraction: 98 or 96.5."""
    return f"{value:g}"


def place(row: int | None = None, number: int | None = None) -> str:
    """Return where somebody lives, as far as the public sees it: 3 排 12 号院."""
    rows = [gettext("%(number)s 排", number=row)] if row is not None else []
    courtyards = [gettext("%(number)s 号院", number=number)] if number is not None else []
    return " ".join(rows + courtyards)


OBJECTIONS = {"open": _("正在处理"), "upheld": _("成立"), "dismissed": _("不成立")}
RECTIFICATIONS = {
    "ordered": _("整改中"),
    "open": _("整改中"),
    "passed": _("已整改"),
    "failed": _("整改未通过"),
    "overdue": _("逾期未整改"),
}
CALENDAR = {
    "cut_off": _("结账日"),
    "publication": _("公示"),
    "objections": _("异议期"),
    "inspection": _("卫生检查"),
    "activity": _("社区活动"),
}
"""Kinds of events of the calendar."""
ACTIVITY_KINDS = {
    "volunteering": _("志愿服务"),
    "training": _("培训学习"),
    "meeting": _("议事会"),
    "leisure": _("文体活动"),
    "other": _("其他活动"),
}
PHASES = {
    "open": _("正在报名"),
    "closed": _("报名截止"),
    "running": _("正在进行"),
    "ended": _("已结束"),
    "cancelled": _("已取消"),
}
"""Phases of an activity that the public sees."""
STAGES = {
    "open": _("等受理"),
    "received": _("已受理"),
    "considered": _("研究中"),
    "adopted": _("已采纳"),
    "declined": _("未采纳"),
    "done": _("已办成"),
    "unsolved": _("未办成，已结束"),
    "reopened": _("重新打开"),
}
"""Stages of a suggestion."""
ANNOUNCEMENTS = {
    "notice": _("通知"),
    "safety": _("安全提醒"),
    "publication": _("公示通知"),
    "result": _("结果通知"),
    "call": _("招募"),
    "reminder": _("提醒"),
}
"""Kinds of announcements."""
POST_KINDS = {"suggestion": _("建议"), "share": _("分享")}
DRAW_OUTCOMES = {"entered": _("等待抽签"), "confirmed": _("有名额"), "waiting": _("候补"), "withdrawn": _("已退出")}
OFFICES = {
    "committee": _("社区党委"),
    "working_group": _("工作小组"),
    "working_group_chair": _("工作小组组长"),
    "branch": _("小区党支部"),
    "merchant_operator": _("商家"),
}


def event(shown: Mapping[str, Any]) -> str:
    """Return the title of an event of the calendar: its own, or the month and kind."""
    if shown["title"]:
        return str(shown["title"])
    kind = gettext(CALENDAR.get(shown["kind"], shown["kind"]))
    return gettext("%(month)s%(kind)s", month=month(shown["period"]), kind=kind)


def offices(pair: list[str]) -> str:
    """Return two offices by title."""
    return gettext("与").join(gettext(OFFICES.get(office, office)) for office in pair)
