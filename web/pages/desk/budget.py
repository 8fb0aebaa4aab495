"""What points are outstanding and what they cost, and how they spread over the courtyards, as charts and tables."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.desk import access, display, platform
from web.desk.charts import BarChart, bar_chart
from web.desk.menu import MenuEntry
from web.languages import gettext
from web.languages import later as _

pages = Blueprint("desk_budget", __name__)
_READERS = (*access.GROUP, "branch", "committee")
MENU = (MenuEntry(title=_("预算"), endpoint="desk_budget.budget", section="rewards", roles=_READERS, order=80),)


@pages.get("/budget/")
@access.for_roles(*_READERS)
def budget() -> ResponseReturnValue:
    """Outstanding points, the last twelve months, the forecast, and the newest month by courtyard."""
    shown, ledger = platform.together(
        lambda: platform.get("/v1/budget"), lambda: platform.get("/v1/ledgers/community", limit=1)
    )
    courtyards = sorted(ledger["courtyards"], key=lambda each: (each["average"] is None, -(each["average"] or 0)))
    return render_template(
        "desk/budget/budget.html",
        budget=shown,
        months=_months(shown["months"]),
        forecast=_forecast(shown["forecast"]),
        ledger=ledger,
        courtyards=courtyards,
        averages=_averages(courtyards),
    )


def _months(months: list[dict[str, Any]]) -> BarChart:
    series = (gettext("发放"), gettext("使用"), gettext("过期"))
    rows = [(each["period"], (each["issued"], each["redeemed"], each["expired"])) for each in months]
    return bar_chart(series, rows)


def _forecast(forecast: dict[str, Any] | None) -> BarChart | None:
    if forecast is None:
        return None
    return bar_chart((gettext("未使用"),), [(each["period"], (each["outstanding"],)) for each in forecast["months"]])


def _averages(courtyards: list[dict[str, Any]]) -> BarChart:
    rows = [(str(each["number"]), (each["average"],)) for each in courtyards if each["average"] is not None]
    return bar_chart((gettext("户均分"),), rows)


def yuan(fen: int) -> str:
    """Return an amount in yuan."""
    return gettext("%(amount)s 元", amount=display.number(fen / 100))


pages.add_app_template_filter(yuan)
