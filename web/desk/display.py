"""Texts of what the API names by code, and of days and instants, in the language of the page."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from web import clock, words
from web.desk.access import ROLES
from web.languages import gettext, language
from web.languages import later as _

CATEGORIES = {
    "living_environment": _("人居环境"),
    "neighbourhood": _("小区建设"),
    "charity": _("爱心公益"),
    "public_order": _("社会综治"),
    "other": _("其他"),
}

CLAIM_STATES = {
    "submitted": (_("等初审"), "wait"),
    "returned": (_("退回补正"), "bad"),
    "withdrawn": (_("已撤回"), "plain"),
    "endorsed": (_("等终审"), "wait"),
    "refused": (_("不予通过"), "bad"),
    "approved": (_("已通过，等公示"), "good"),
    "published": (_("公示中"), "good"),
    "final": (_("已记入存折"), "good"),
}
"""States of a claim, each with its title and the kind of its badge."""
STEPS = {
    "submitted": _("申报"),
    "resubmitted": _("补正后重新申报"),
    "withdrawn": _("撤回"),
    "returned": _("退回补正"),
    "refused": _("不予通过"),
    "endorsed": _("初审通过"),
    "voted": _("终审表决"),
    "approved": _("终审通过"),
    "published": _("公示"),
    "objected": _("有人提出异议"),
    "objection_ruled": _("异议已裁定"),
    "final": _("记入存折"),
    "corrected": _("更正分值"),
    "judge_reminded": _("催办审核人"),
    "branch_reminded": _("催办党支部"),
}
TENURES = {"owner": _("房东"), "tenant": _("租户")}


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
    """Return `2026-10-05` as 10 月 5 日, with the year unless it is this one; empty for no day."""
    if not text or language() == "en":
        return text or ""
    return f"{_year(int(text[:4]))}{words.day(text)}"


def moment(text: str | None) -> str:
    """Return an instant as 10 月 5 日 09:30, in Shanghai, with the year unless it is this one; empty for none."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone(clock.ZONE)
    if language() == "en":
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{_year(at.year)}{at.month} 月 {at.day} 日 {at:%H:%M}"


def _year(year: int) -> str:
    """Return a year to stand before a day; nothing for this one."""
    return "" if year == clock.now().year else f"{year} 年 "


def number(value: float) -> str:
    """Return a number with separators of thousands and without a needless fraction."""
    return f"{value:,g}" if abs(value) < 1_000_000 else f"{value:,.0f}"


def percent(share: float) -> str:
    """Return a share from 0 to 1 as a percentage without fraction, except below one and between 99 and 100."""
    shown = share * 100
    digits = 1 if 0 < shown < 1 or 99 < shown < 100 else 0
    return f"{shown:.{digits}f}%"


def duration(days: float) -> str:
    """Return a time in words by its two largest units: 3 天 2 小时, 20 分钟, 20 秒; 0 秒 for none."""
    seconds = round(days * 86_400)
    parts = [
        (seconds // 86_400, _("%(count)s 天")),
        (seconds % 86_400 // 3600, _("%(count)s 小时")),
        (seconds % 3600 // 60, _("%(count)s 分钟")),
        (seconds % 60, _("%(count)s 秒")),
    ]
    first = next((place for place, (count, _unit) in enumerate(parts) if count), len(parts) - 1)
    shown = [parts[first], *(each for each in parts[first + 1 : first + 2] if each[0])]
    return " ".join(gettext(unit, count=count) for count, unit in shown)


def claim_state(code: str) -> str:
    """Return the title of a claim's state."""
    return gettext(CLAIM_STATES[code][0])


def step(code: str) -> str:
    """Return the title of a step of a claim; a new one as the platform names it."""
    return gettext(STEPS[code]) if code in STEPS else code


def tenure(code: str | None) -> str:
    """Return the title of a tenure; empty for none."""
    return gettext(TENURES[code]) if code in TENURES else ""


def age(birth_year: int | None) -> str:
    """Return somebody's age in this year; empty if it is not known."""
    return "" if birth_year is None else gettext("%(years)s 岁", years=clock.now().year - birth_year)


def courtyard(number: int | None) -> str:
    """Return a courtyard by its number; empty for none."""
    return "" if number is None else gettext("%(number)s 号院", number=number)


def courtyard_options(courtyards: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return courtyards as the options of a field."""
    return [(each["id"], courtyard(each["number"])) for each in courtyards]


def own_path(address: str) -> str:
    """Return an address of the API without its origin: pages load from the address that they were opened at only."""
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="").geturl()


def moment_field(text: str) -> str:
    """Return an instant as fields of date and time hold it, in Shanghai."""
    return f"{datetime.fromisoformat(text).astimezone(clock.ZONE):%Y-%m-%dT%H:%M}"


def now() -> str:
    """Return the present minute in Shanghai, as fields of date and time hold it."""
    return f"{clock.now():%Y-%m-%dT%H:%M}"


def minute(text: str) -> str:
    """Return an instant as the minute in Shanghai, as fields of date and time hold it."""
    return f"{datetime.fromisoformat(text).astimezone(clock.ZONE):%Y-%m-%dT%H:%M}"


def today() -> str:
    """Return today's date in Shanghai, as fields of dates hold it."""
    return clock.now().date().isoformat()
