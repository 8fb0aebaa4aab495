"""A published list as files: xlsx for spreadsheets, PDF for the notice board (R14)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from flask import Response

from contracts.calendar import ZONE
from contracts.claims import CATEGORIES
from contracts.errors import Invalid
from gateway import pdf
from gateway.chinese_dates import day_title, month_title
from gateway.schemas.review.publications import PublishedEntry, PublishedList
from gateway.spreadsheets import xlsx

_COLUMNS = {
    "position": "序号",
    "row": "排",
    "courtyard_number": "院落",
    "person_name": "姓名",
    "day": "日期",
    "category_title": "类别",
    "item_title": "事项",
    "points": "公示积分",
    "current_points": "现积分",
    "state_title": "状态",
}
PrintForm = Literal["large", "compact"]
"""`large` is read standing before a notice board, in 14 points; `compact` takes half the paper."""
_PLACES_TITLES = {"courtyard": "按院落", "row": "按排", "none": "全社区"}
_STATES = {"published": "公示中", "frozen": "异议处理中", "final": "已生效"}
MAX_PDF_LINES = 4_000
"""The longest list that is printed as one PDF: some 90 pages in compact form, some 200 in large print."""
LINES_PER_PART = 1_000
"""Lines of one part of a longer list."""


def xlsx_response(publication: PublishedList, lines: Iterable[PublishedEntry]) -> Response:
    """Return the lines as a spreadsheet."""
    rows = (
        {**line, "category_title": CATEGORIES[line["category"]], "state_title": _STATES[line["state"]]}
        for line in lines
    )
    return xlsx.response(_file_name(publication), _COLUMNS, rows, days=("day",), keep=True)


def pdf_response(
    publication: PublishedList,
    lines: Iterable[PublishedEntry],
    community_name: str,
    print_form: PrintForm,
    part: int | None = None,
) -> Response:
    """Return the lines as a PDF, grouped by the place they show; `part` is printed on it if they are one part."""
    listed = list(lines)
    courtyards = [_section(place, list(group)) for place, group in groupby(sorted(listed, key=_place_order), _place)]
    period_title = month_title(publication["period"])
    shown = {
        **{name: value for name, value in publication.items() if name != "data"},
        "title": f"{community_name} {period_title} 积分公示",
        "print": print_form,
        "community_name": community_name,
        "period_title": period_title,
        "published_at": _time_title(publication["published_at"]),
        "window_closes_at": _time_title(publication["window_closes_at"]),
        "part": part,
        "parts": _parts(publication),
        "listed": len(listed),
        "listed_points": sum(line["points"] for line in listed),
        "categories": _by_category(listed),
        "places_title": _PLACES_TITLES[publication["public_place"]],
        "courtyards": courtyards,
    }
    name = f"{_file_name(publication)} {part}" if part else _file_name(publication)
    return pdf.response(name, "publication", shown, keep=True)


def check_pdf_size(publication: PublishedList, lines: int) -> None:
    """Raise `Invalid` when there are too many lines for one PDF."""
    if lines > MAX_PDF_LINES:
        parts = _parts(publication)
        ways = f"分册打印（part=1 至 {parts}）、按院落打印（courtyard_id），或以 xlsx 下载"
        raise _invalid("format", f"名单超过 {MAX_PDF_LINES} 条，请{ways}", parts=parts)


def check_part_format(part: int | None, file_format: str, courtyard_id: str | None) -> None:
    """Raise `Invalid` when a part is requested in another format than PDF, or of one courtyard's lines."""
    if part and (file_format != "pdf" or courtyard_id):
        raise _invalid("part", "分册只用于打印整份名单（format=pdf，不带 courtyard_id）")


def check_part_exists(publication: PublishedList, part: int) -> None:
    """Raise `Invalid` when the list has fewer parts."""
    if part > _parts(publication):
        raise _invalid("part", f"名单共 {_parts(publication)} 册", parts=_parts(publication))


def last_cursor_of_part(part: int) -> str:
    """Return the cursor of the last line of a part."""
    return str(part * LINES_PER_PART)


def _parts(publication: PublishedList) -> int:
    return -(-publication["entries"] // LINES_PER_PART)


def _invalid(name: str, detail: str, **facts: object) -> Invalid:
    return Invalid(detail, errors=[{"pointer": f"/{name}", "detail": detail, "in": "query"}], facts=facts)


def _section(place: tuple[int | None, int | None], lines: list[PublishedEntry]) -> dict[str, Any]:
    row, courtyard = place
    title = f"{courtyard} 号院" if courtyard is not None else f"{row} 排" if row is not None else "本社区"
    return {
        "title": title,
        "points": sum(line["points"] for line in lines),
        "lines": [_printed(line) for line in lines],
    }


def _by_category(lines: list[PublishedEntry]) -> list[dict[str, Any]]:
    """Return the number and points of the lines of each category that has any, in the rulebook's order."""
    grouped = (
        (title, [each["points"] for each in lines if each["category"] == key]) for key, title in CATEGORIES.items()
    )
    return [{"title": title, "lines": len(points), "points": sum(points)} for title, points in grouped if points]


def _printed(line: PublishedEntry) -> dict[str, Any]:
    return {
        "position": line["position"],
        "person_name": line["person_name"] or "—",
        "day": day_title(line["day"]) if line["day"] else "—",
        "item_title": line["item_title"],
        "category_title": CATEGORIES[line["category"]],
        "points": line["points"],
        "note": _note(line),
    }


def _note(line: PublishedEntry) -> str | None:
    if line["state"] == "frozen":
        return _STATES["frozen"]
    return f"更正为 {line['current_points']} 分" if line["current_points"] != line["points"] else None


def _place(line: PublishedEntry) -> tuple[int | None, int | None]:
    """Return the row and the courtyard number that a line shows."""
    return line["row"], line["courtyard_number"]


def _place_order(line: PublishedEntry) -> tuple[float, float, int]:
    """Return by what the lines are printed: courtyards, then rows, then the community."""
    row, courtyard = _place(line)
    last = float("inf")
    return (last if courtyard is None else courtyard, last if row is None else row, line["position"])


def _file_name(publication: PublishedList) -> str:
    return f"{publication['period']} 积分公示"


def _time_title(text: str | None) -> str:
    assert text  # a public list has both
    at = datetime.fromisoformat(text).astimezone(ZONE)
    return f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}"
