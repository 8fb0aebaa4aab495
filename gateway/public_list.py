"""A published list as files: xlsx for those who reckon with it, PDF for the notice board (R14)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Response

from contracts.calendar import ZONE
from contracts.claims import CATEGORIES
from contracts.errors import Invalid
from gateway import paper, sheets

_COLUMNS = {
    "position": "序号",
    "courtyard_number": "院落",
    "person_name": "姓名",
    "day": "日期",
    "category_title": "类别",
    "item_title": "事项",
    "points": "公示积分",
    "current_points": "现积分",
    "state_title": "状态",
}
_STATES = {"published": "公示中", "frozen": "异议处理中", "final": "已生效"}
MOST_ON_PAPER = 4_000
"""Lines of a list that is still printed: some eighty pages."""


def xlsx(publication: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Response:
    """The whole list as a sheet."""
    shown = (
        row | {"category_title": CATEGORIES[row["category"]], "state_title": _STATES[row["state"]]} for row in rows
    )
    return sheets.sheet(_name(publication), _COLUMNS, shown)


def pdf(publication: dict[str, Any], rows: Iterable[dict[str, Any]], community: str) -> Response:
    """The whole list by courtyard, for the notice board of the `community` of that name."""
    named = {"community_name": community, "period_title": _month(publication["period"])}
    times = {name: _instant(publication[name]) for name in ("published_at", "window_closes_at")}
    courtyards = [_courtyard(number, list(lines)) for number, lines in groupby(rows, _number)]
    return paper.answer(_name(publication), "publication", publication | named | times | {"courtyards": courtyards})


def must_fit_on_paper(publication: dict[str, Any]) -> None:
    """`Invalid` for a list that nobody would print."""
    if publication["entries"] > MOST_ON_PAPER:
        detail = f"名单超过 {MOST_ON_PAPER} 条，请以 xlsx 下载"
        raise Invalid(detail, errors=[{"pointer": "/format", "detail": detail, "in": "query"}])


def _courtyard(number: int | None, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": "其他" if number is None else f"{number} 号院",
        "points": sum(line["points"] for line in lines),
        "lines": [_line(line) for line in lines],
    }


def _line(line: dict[str, Any]) -> list[str]:
    category = CATEGORIES[line["category"]]
    cells = (line["position"], line["person_name"] or "—", line["day"], line["item_title"], category, line["points"])
    return [*map(str, cells), _note(line)]


def _note(line: dict[str, Any]) -> str:
    if line["state"] == "frozen":
        return _STATES["frozen"]
    return f"更正为 {line['current_points']} 分" if line["current_points"] != line["points"] else ""


def _number(row: dict[str, Any]) -> int | None:
    number: int | None = row["courtyard_number"]
    return number


def _name(publication: dict[str, Any]) -> str:
    return f"{publication['period']} 积分公示"


def _month(period: str) -> str:
    year, month = period.split("-")
    return f"{year} 年 {int(month)} 月"


def _instant(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(ZONE)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"
