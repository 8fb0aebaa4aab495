"""Chinese titles of what the API names in English, and of days and months."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from web import clock

ENTRY_STATES = {"published": "公示中", "frozen": "异议处理中", "final": "已生效"}
BOARDS = {"households": "家庭榜", "residents": "个人榜", "courtyards": "院落榜"}


def month(period: str) -> str:
    """Return `2026-10` as 2026 年 10 月."""
    year, number = period.split("-")
    return f"{year} 年 {int(number)} 月"


def day(text: str | None) -> str:
    """Return `2026-10-05` as 10 月 5 日; empty for no day."""
    if not text:
        return ""
    _, number, of_month = text.split("-")
    return f"{int(number)} 月 {int(of_month)} 日"


def full_day(text: str) -> str:
    """Return `2026-10-05` as 2026 年 10 月 5 日 星期一."""
    at = date.fromisoformat(text)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 星期{'一二三四五六日'[at.weekday()]}"


def moment(text: str | None) -> str:
    """Return an instant as 2026 年 10 月 5 日 09:30, in Shanghai; empty for none."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone(clock.ZONE)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"


def is_past(text: str | None) -> bool:
    """Return whether an instant is over."""
    return bool(text) and datetime.fromisoformat(str(text)) <= clock.now()


def number(value: float) -> str:
    """Return a number without a needless fraction: 98 or 96.5."""
    return f"{value:g}"


def place(row: int | None = None, number: int | None = None) -> str:
    """Return where somebody lives, as far as the public sees it: 3 排 12 号院."""
    return " ".join([f"{row} 排"] * (row is not None) + [f"{number} 号院"] * (number is not None))


OBJECTIONS = {"open": "正在处理", "upheld": "成立", "dismissed": "不成立"}
RECTIFICATIONS = {
    "ordered": "整改中",
    "open": "整改中",
    "passed": "已整改",
    "failed": "整改未通过",
    "overdue": "逾期未整改",
}
CALENDAR = {
    "cut_off": "结账日",
    "publication": "公示",
    "objections": "异议期",
    "inspection": "卫生检查",
    "activity": "社区活动",
}
"""Kinds of events of the calendar."""
ACTIVITY_KINDS = {
    "volunteering": "志愿服务",
    "training": "培训学习",
    "meeting": "议事会",
    "leisure": "文体活动",
    "other": "其他活动",
}
PHASES = {
    "open": "正在报名",
    "closed": "报名截止",
    "running": "正在进行",
    "ended": "已结束",
    "cancelled": "已取消",
}
"""Phases of an activity that the public sees."""
DRAW_OUTCOMES = {"entered": "等待抽签", "confirmed": "有名额", "waiting": "候补", "withdrawn": "已退出"}
OFFICES = {
    "committee": "社区党委",
    "working_group": "工作小组",
    "working_group_chair": "工作小组组长",
    "branch": "小区党支部",
    "merchant_operator": "商家",
}


def event(shown: Mapping[str, Any]) -> str:
    """Return the title of an event of the calendar: its own, or the month and kind."""
    return str(shown["title"] or month(shown["period"]) + CALENDAR.get(shown["kind"], shown["kind"]))


def offices(pair: list[str]) -> str:
    """Return two offices by title."""
    return "与".join(OFFICES.get(office, office) for office in pair)
