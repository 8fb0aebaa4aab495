"""A community's settings as pages show them: title, what it does, bounds, and by which change it guards less.

Bounds and defaults are those of the contract; whether a setting is a guard is said by `contracts.guards`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from contracts import guards, policy
from contracts.calls.registry.communities import Settings
from contracts.schema import schema_of
from web.desk import display
from web.languages import gettext
from web.languages import later as _

GROUPS = {
    "month": _("公示与异议"),
    "claims": _("申报与审核"),
    "limits": _("每人每天的上限"),
    "inspection": _("评比"),
    "spending": _("兑换与到期"),
    "public": _("公开多少"),
    "offices": _("职务与存档"),
}
"""Groups of settings with their titles, in order."""

EXPIRIES = {"none": _("不到期"), "year_end": _("年底")}
"""Times when points expire that are no number of months, with the words for them."""
CHOICES: Mapping[str, Mapping[str, str]] = {
    "public_place": {"none": _("不显示"), "row": _("排"), "courtyard": _("院落")},
    "public_deed": {"category": _("只显示类别"), "item": _("显示细则条目")},
}
"""Values of settings that are one of a few, with their titles."""

DAYS = "天"
"""The unit of settings that are a time, which pages show in words."""

_LOOSENED: Mapping[guards.Loosened, str] = {
    "lower": _("调低"),
    "higher": _("调高"),
    "on": _("打开"),
    "any change": _("任何改动"),
    "shows more": _("显示得更多"),
    "more pairs": _("增加例外"),
    "more points": _("提高分值"),
}


@dataclass(frozen=True)
class Setting:
    """What a page says of one setting."""

    name: str
    group: str
    title: str
    help: str
    unit: str = ""

    @property
    def kind(self) -> str:
        """Return `switch`, `choice`, `number`, `ranks`, `pairs` or `expiry`: what its field is like."""
        default = getattr(policy.DEFAULT, self.name)
        if self.name in ("inspection_rank_points", "office_exceptions", "expiry"):
            return {"inspection_rank_points": "ranks", "office_exceptions": "pairs", "expiry": "expiry"}[self.name]
        if isinstance(default, bool):
            return "switch"
        return "choice" if self.name in CHOICES else "number"

    @property
    def is_fraction(self) -> bool:
        """Return whether a number may have a fraction."""
        return isinstance(getattr(policy.DEFAULT, self.name), float)

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Return the least and the greatest value of a number."""
        field = schema_of(Settings)().fields[self.name]
        found = [each for each in field.validators if isinstance(each, ma.validate.Range)]
        return (found[0].min, found[0].max) if found else None

    @property
    def loosened(self) -> str | None:
        """Return by which change it guards less, which the branch or the platform approves; None for no guard."""
        guard = guards.SETTINGS[self.name]
        return gettext(_LOOSENED[guard.loosened]) if isinstance(guard, guards.Guard) else None

    def about(self, current: Any) -> str:
        """Return what it does, with its bounds, its default, and in words how long it is now if it is a time."""
        texts = [gettext(self.help)]
        if self.is_fraction and self.unit == DAYS:
            texts.append(gettext("现在：%(value)s。", value=value_text(self.name, current)))
        if self.bounds:
            least, most = (display.number(bound) for bound in self.bounds)
            texts.append(gettext("可填 %(least)s 至 %(most)s。", least=least, most=most))
        default = value_text(self.name, policy.DEFAULT.settings[self.name])
        texts.append(gettext("默认：%(value)s。", value=default))
        return "".join(texts)


SETTINGS: Mapping[str, Setting] = {
    each.name: each
    for each in (
        Setting("objection_window_days", "month", _("异议期"), _("公示后居民可以提出异议的天数。"), _("天")),
        Setting(
            "ruling_days", "month", _("异议裁定期限"), _("超过这些天没有裁定的异议算逾期，每天提醒党支部。"), _("天")
        ),
        Setting(
            "reply_days",
            "month",
            _("建议答复期限"),
            _("居民的建议超过这些天没有答复，公开列为逾期。"),
            _("天"),
        ),
        Setting(
            "calendar", "month", _("按日历公示和结算"), _("打开后每月到日子自动公示、自动结算；工作小组仍可自己做。")
        ),
        Setting("cut_off_day", "month", _("审核截止日"), _("次月这一天以后批准的，进下一张公示榜。"), _("日")),
        Setting("publication_day", "month", _("公示日"), _("次月这一天自动公示，要晚于审核截止日。"), _("日")),
        Setting("late_declaration_days", "claims", _("补报期限"), _("事情做完后多少天以内可以申报。"), _("天")),
        Setting("deductions", "claims", _("允许扣分条目"), _("打开后细则里可以有扣分的条目。")),
        Setting(
            "suspend_after_false_claims",
            "claims",
            _("弄虚作假几次暂停申报"),
            _("满这么多次就暂停本人申报；0 表示不暂停。"),
            _("次"),
        ),
        Setting("suspension_days", "claims", _("暂停多久"), _("每次暂停本人申报的天数。"), _("天")),
        Setting("reminder_days", "claims", _("初审期限"), _("初审超过这些天算逾期，每天提醒初审人。"), _("天")),
        Setting(
            "declarer_may_review",
            "claims",
            _("代办人可以初审"),
            _("打开后替别人申报的人可以自己初审这一条；否则由上一级初审。"),
        ),
        Setting("attendance_earns", "claims", _("参加活动计分"), _("打开后核实的活动考勤按细则计分，仍要终审。")),
        Setting("courses_earn", "claims", _("完成课程计分"), _("打开后通过测验的课程按细则计分，仍要终审。")),
        Setting("suggestions_earn", "claims", _("建议被采纳计分"), _("打开后被采纳的建议按细则计分，仍要终审。")),
        Setting(
            "shares_earn",
            "claims",
            _("分享计分"),
            _("打开后线上分享按细则计分，仍要终审。国家要求不奖励转发、点赞。"),
        ),
        Setting("approval_quorum", "claims", _("终审人数"), _("一条申报要工作小组几个人同意。"), _("人")),
        Setting(
            "adjustment_bound", "claims", _("调分倍数"), _("审核和更正后的分值不能超过细则分值的这么多倍。"), _("倍")
        ),
        Setting("daily_approval_points", "limits", _("每天终审上限"), _("一个人一天最多批准的积分。"), _("分")),
        Setting(
            "daily_correction_points", "limits", _("每天更正上限"), _("一个人一天最多通过更正增加的积分。"), _("分")
        ),
        Setting("daily_proxy_points", "limits", _("每天代办上限"), _("一个人一天最多替别人花的积分。"), _("分")),
        Setting(
            "inspection_rank_points",
            "inspection",
            _("院长名次得分"),
            _("每行一档：最后一名的名次和得分，例如“10 10”是第 1 至 10 名各得 10 分。"),
        ),
        Setting("inspection_red_places", "inspection", _("红榜名额"), _("每轮评比上红榜的院落数。"), _("个")),
        Setting(
            "inspection_black_places",
            "inspection",
            _("黑榜名额"),
            _("每轮评比上黑榜的院落数；0 表示没有黑榜。"),
            _("个"),
        ),
        Setting("expiry", "spending", _("积分到期"), _("填“不到期”或“年底”，或者一个数字：得分后多少个月到期。")),
        Setting("voucher_days", "spending", _("兑换券有效期"), _("兑换券从下单起可以用的天数。"), _("天")),
        Setting("voucher_reminder_days", "spending", _("到期前提醒"), _("兑换券到期前多少天提醒持有人。"), _("天")),
        Setting("card_daily_points", "spending", _("户卡每天上限"), _("一户一天最多用户卡付的积分。"), _("分")),
        Setting(
            "redemption_undo_minutes",
            "spending",
            _("商户撤销核销"),
            _("核销错了，商户多少分钟以内可以撤销；0 表示不能。"),
            _("分钟"),
        ),
        Setting("point_value_fen", "spending", _("一分值多少钱"), _("用于预算和与商户结算。"), _("分钱")),
        Setting(
            "spending_wait_days",
            "spending",
            _("新成员等候期"),
            _("新加入一户的人等这些天以后才能花这一户的积分，其间户里的人可以不同意。"),
            _("天"),
        ),
        Setting(
            "consent_hours", "spending", _("本人同意期限"), _("代办的兑换单多少小时内要本人同意，否则取消。"), _("小时")
        ),
        Setting("mask_names", "public", _("隐去名字"), _("打开后公示榜和排行榜上只显示“张*”。")),
        Setting("public_place", "public", _("显示到哪里"), _("公示榜和排行榜上显示的住处。")),
        Setting("public_deed", "public", _("显示什么事"), _("公示榜上显示的事项。")),
        Setting(
            "public_min_residents",
            "public",
            _("至少多少人对得上"),
            _("公示的一行按住处和名字至少要对得上这么多人，否则少显示一些；1 表示不限。"),
            _("人"),
        ),
        Setting(
            "public_spread",
            "public",
            _("公开积分分布"),
            _("打开后公示栏显示多少户有积分、各户之间差多少，不显示姓名和住处。"),
        ),
        Setting(
            "office_exceptions", "offices", _("允许一人兼任的职务"), _("每行一对本不能兼任的职务，向全体居民公开。")
        ),
        Setting(
            "reach_target_percent",
            "public",
            _("公告知晓率目标"),
            _("一条公告要有凭据地告知到百分之几的户。"),
        ),
        Setting("evidence_retention_days", "offices", _("证据保存"), _("证据在审定后保存的天数。"), _("天")),
        Setting("upload_retention_days", "offices", _("未用上传保存"), _("没有申报用到的文件保存的天数。"), _("天")),
    )
}
"""Every setting, in the order of pages."""


def by_group() -> dict[str, list[Setting]]:
    """Return the settings of each group, in order."""
    return {group: [each for each in SETTINGS.values() if each.group == group] for group in GROUPS}


def title(name: str) -> str:
    """Return the title of a setting, its name for one that this page does not know yet."""
    return gettext(SETTINGS[name].title) if name in SETTINGS else name


def value_text(name: str, value: Any) -> str:
    """Return a setting's value as a page shows it."""
    setting = SETTINGS.get(name)
    if setting is None:
        return str(value)
    return _SHOWN[setting.kind](setting, value)


def _number(setting: Setting, value: Any) -> str:
    if setting.unit == DAYS:
        return display.duration(value)
    unit = gettext(setting.unit) if setting.unit else ""
    return f"{display.number(value)} {unit}".strip()


def _switch(_setting: Setting, value: Any) -> str:
    return gettext("开") if value else gettext("关")


def _choice(setting: Setting, value: Any) -> str:
    return gettext(CHOICES[setting.name].get(value, str(value)))


def _ranks(_setting: Setting, value: Any) -> str:
    return _listed(gettext("至第 %(rank)s 名 %(points)s 分", rank=rank, points=points) for rank, points in value)


def _pairs(_setting: Setting, value: Any) -> str:
    return _listed(" + ".join(display.role(role) for role in pair) for pair in value)


def _expiry(_setting: Setting, value: Any) -> str:
    if str(value).isdigit():
        return gettext("%(count)s 个月", count=value)
    return gettext(EXPIRIES[value]) if value in EXPIRIES else str(value)


def _listed(texts: Iterable[str]) -> str:
    return gettext("、").join(texts) or gettext("无")


_SHOWN: Mapping[str, Callable[[Setting, Any], str]] = {
    "number": _number,
    "switch": _switch,
    "choice": _choice,
    "ranks": _ranks,
    "pairs": _pairs,
    "expiry": _expiry,
}
