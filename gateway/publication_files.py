"""Published lists as files: xlsx for calculation, PDF for the notice board (R14)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Response

from contracts.calendar import ZONE
from contracts.claims import CATEGORIES
from contracts.errors import Invalid
from gateway import pdf
from gateway.spreadsheets import xlsx

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
MAX_PDF_LINES = 4_000
"""The longest list printed as one PDF: some eighty pages."""
LINES_PER_PART = 1_000
"""Lines of one part, when a list is printed in parts."""


def xlsx_response(publication: dict[str, Any], rows: Iterable[dict[str, Any]]) -> Response:
    """Return the whole list as a workbook."""
    titled = (
        row | {"category_title": CATEGORIES[row["category"]], "state_title": _STATES[row["state"]]} for row in rows
    )
    return xlsx.response(_file_name(publication), _COLUMNS, titled)


def pdf_response(
    publication: dict[str, Any], rows: Iterable[dict[str, Any]], community: str, part: int | None = None
) -> Response:
    """Return `rows`, grouped by courtyard, as a PDF for the community of that name.

    `part` is the number of the part that `rows` are, None for the whole list or one courtyard.
    """
    titles = {"community_name": community, "period_title": _month_title(publication["period"])}
    times = {name: _time_title(publication[name]) for name in ("published_at", "window_closes_at")}
    courtyards = [_courtyard(number, list(lines)) for number, lines in groupby(rows, _courtyard_number)]
    selection = {
        "part": part,
        "parts": _part_count(publication),
        "listed": sum(len(one["lines"]) for one in courtyards),
    }
    name = f"{_file_name(publication)} {part}" if part else _file_name(publication)
    data = publication | titles | times | selection | {"courtyards": courtyards}
    return pdf.response(name, "publication", data)


def check_pdf_size(publication: dict[str, Any], lines: int) -> None:
    """Raise Invalid if `lines` are too many for one PDF."""
    if lines > MAX_PDF_LINES:
        parts = _part_count(publication)
        ways = f"分册打印（part=1 至 {parts}）、按院落打印（courtyard_id），或以 xlsx 下载"
        raise _invalid("format", f"名单超过 {MAX_PDF_LINES} 条，请{ways}", parts=parts)


def check_part_format(part: int | None, wanted: str, courtyard_id: str | None) -> None:
    """Raise Invalid if a `part` is requested in another format than PDF, or of a single courtyard."""
    if part and (wanted != "pdf" or courtyard_id):
        raise _invalid("part", "分册只用于打印整份名单（format=pdf，不带 courtyard_id）")


def check_part_exists(publication: dict[str, Any], part: int) -> None:
    """Raise Invalid if the list has fewer than `part` parts."""
    if part > _part_count(publication):
        raise _invalid("part", f"名单共 {_part_count(publication)} 册", parts=_part_count(publication))


def last_cursor_of_part(part: int) -> str:
    """Return the position of the last line of `part`, which is the cursor of the part after it."""
    return str(part * LINES_PER_PART)


def _part_count(publication: dict[str, Any]) -> int:
    entries: int = publication["entries"]
    return -(-entries // LINES_PER_PART)


def _invalid(parameter: str, detail: str, **facts: Any) -> Invalid:
    return Invalid(detail, errors=[{"pointer": f"/{parameter}", "detail": detail, "in": "query"}], facts=facts)


def _courtyard(number: int | None, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": "其他" if number is None else f"{number} 号院",
        "points": sum(line["points"] for line in lines),
        "lines": [_cells(line) for line in lines],
    }


def _cells(line: dict[str, Any]) -> list[str]:
    category = CATEGORIES[line["category"]]
    cells = (line["position"], line["person_name"] or "—", line["day"], line["item_title"], category, line["points"])
    return [*map(str, cells), _note(line)]


def _note(line: dict[str, Any]) -> str:
    if line["state"] == "frozen":
        return _STATES["frozen"]
    return f"更正为 {line['current_points']} 分" if line["current_points"] != line["points"] else ""


def _courtyard_number(row: dict[str, Any]) -> int | None:
    number: int | None = row["courtyard_number"]
    return number


def _file_name(publication: dict[str, Any]) -> str:
    return f"{publication['period']} 积分公示"


def _month_title(period: str) -> str:
    year, month = period.split("-")
    return f"{year} 年 {int(month)} 月"


def _time_title(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(ZONE)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"
