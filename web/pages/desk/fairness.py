"""How points, declaring and reviews are spread, as charts and tables, for group, branch and committee (R41)."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.charts import BarChart, bar_chart
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_fairness", __name__)
_READERS = (*access.GROUP, "branch", "committee")
MENU = (MenuEntry(title=_("公平"), endpoint="desk_fairness.fairness", section="office", roles=_READERS, order=60),)
AGES = {
    "under_18": _("18 岁以下"),
    "18_39": _("18 至 39 岁"),
    "40_59": _("40 至 59 岁"),
    "60_69": _("60 至 69 岁"),
    "70_over": _("70 岁以上"),
    "unknown": _("年龄不详"),
}
TENURES = {"owner": _("房东"), "tenant": _("租户"), "unknown": _("不详")}
DECLARERS = {
    "self": _("本人"),
    "household": _("家人"),
    "head": _("院长代办"),
    "grid_officer": _("网格员代办"),
    "system": _("平台记录"),
}


@pages.get("/fairness/")
@access.for_roles(*_READERS)
def fairness() -> ResponseReturnValue:
    """The figures of some months, by default the last twelve."""
    shown = platform.get("/v1/fairness", first=request.args.get("first") or None, last=request.args.get("last") or None)
    for each in shown["reviews"]["by_courtyard"]:
        each["rate"] = _share(each["approved"], each["approved"], each["refused"])
    for each in shown["reviews"]["by_reviewer"]:
        each["refusal_rate"] = _share(each["refused"], each["decided"])
    for each in shown["declaring"]["by_age"]:
        each["share"] = _share(each["by_others"], each["claims"])
    courtyards = sorted(shown["by_courtyard"], key=lambda each: (each["average"] is None, -(each["average"] or 0)))
    return render_template(
        "desk/fairness/fairness.html",
        fairness=shown,
        courtyards=courtyards,
        ages=AGES,
        tenures=TENURES,
        declarers=DECLARERS,
        charts={
            "courtyards": _bars(gettext("户均分"), [(str(each["number"]), each["average"]) for each in courtyards]),
            "ages": _bars(gettext("人均分"), _titled(shown["by_age"], AGES, "average")),
            "declarers": _bars(
                gettext("申报条数"),
                [(gettext(DECLARERS[each["declarer"]]), each["claims"]) for each in shown["declaring"]["by_declarer"]],
            ),
            "rates": _bars(
                gettext("通过率（百分比）"),
                [(str(each["number"] or "—"), _percent(each["rate"])) for each in shown["reviews"]["by_courtyard"]],
            ),
            "budget": _bars(
                gettext("积分"),
                [
                    (gettext("未使用的积分"), shown["budget"]["outstanding"]),
                    (gettext("在架商品合计"), shown["budget"]["goods_points"]),
                ],
            ),
        },
    )


def _titled(groups: Sequence[dict[str, Any]], titles: dict[str, str], name: str) -> list[tuple[str, float | None]]:
    return [(gettext(titles[each["group"]]), each[name]) for each in groups]


def _bars(series: str, values: Sequence[tuple[str, float | None]]) -> BarChart | None:
    """Return a chart of the values that are shown; None without any above zero."""
    known = [(label, (value,)) for label, value in values if value is not None]
    return bar_chart((series,), known) if any(value for _label, (value,) in known) else None


def _share(part: int | None, *whole: int | None) -> float | None:
    """Return a part of a sum, from 0 to 1; None of nothing and of what is hidden."""
    if part is None or any(each is None for each in whole) or not (total := sum(each or 0 for each in whole)):
        return None
    return part / total


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
