"""The roster 花名册: a community's table of residents, parsed line by line (R5).

`parse` turns cells into lines and reports each invalid cell with its place. `services.registry.domain.roster_import`
plans what the lines add to the community.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.calls.registry.rosters import Cell
from contracts.errors import Invalid
from contracts.registry import Tenure
from services.registry.domain.people import phone_number

FIRST_ROW = 2
"""The row number that a spreadsheet shows for the first line below the headings."""


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """An error or a note about one cell: its row as the spreadsheet numbers it, its column by the heading."""

    row: int
    column: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One resident with their household and courtyard."""

    row: int
    number: int
    courtyard_row: int
    grid: str
    code: str
    name: str
    tenure: Tenure
    phone: str | None = None
    head: bool = False
    away: bool = False
    since: date | None = None
    birth_year: int | None = None


@dataclass(frozen=True)
class Column:
    """A column: its heading, the field of `Line` that it fills, the parser of its cells, whether it is required."""

    heading: str
    field: str
    parse: Callable[[str], Any]
    required: bool = False
    example: str = ""


def _whole(low: int, high: int, unit: str = "") -> Callable[[str], int]:
    def parse(text: str) -> int:
        found = re.fullmatch(rf"第?([0-9]{{1,6}})(\.0)?[{unit}]?" if unit else r"([0-9]{1,6})(\.0)?", text)
        if not found or not low <= int(found[1]) <= high:
            raise ValueError(f"应为 {low} 到 {high} 的整数")
        return int(found[1])

    return parse


def _text(longest: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > longest or not text.isprintable():
            raise ValueError(f"应为不超过 {longest} 个字的文字")
        return text

    return parse


def _code(text: str) -> str:
    text = text.removesuffix(".0")
    if not re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff-]{1,20}", text):
        raise ValueError("户号由不超过 20 个数字、字母、汉字或连字符组成")
    return text


def _word(words: dict[str, Any]) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        if text not in words:
            raise ValueError("应为 " + " 或 ".join(words))
        return words[text]

    return parse


def _phone(text: str) -> str:
    try:
        return phone_number(text.removesuffix(".0"))
    except Invalid as refusal:
        raise ValueError(refusal.detail) from None


def _day(text: str) -> date:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?", text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError:
        raise ValueError("应为日期，如 2024-03-01") from None


_YES = {"是": True, "否": False}
COLUMNS = (
    Column("院落号", "number", _whole(1, 9999, "号"), required=True, example="12"),
    Column("排", "courtyard_row", _whole(1, 999, "排"), required=True, example="2"),
    Column("网格", "grid", _text(50), required=True, example="第一网格"),
    Column("户号", "code", _code, required=True, example="1"),
    Column("姓名", "name", _text(50), required=True, example="张三"),
    Column("手机号", "phone", _phone, example="13800000000"),
    Column("身份", "tenure", _word({"房东": "owner", "租户": "tenant"}), required=True, example="房东"),
    Column("院长", "head", _word(_YES), example="是"),
    Column("在外", "away", _word(_YES), example="否"),
    Column("入住日期", "since", _day, example="2024-03-01"),
    Column("出生年", "birth_year", _whole(1900, 2100), example="1980"),
)
REMARKS = "备注"
"""A column that is allowed and ignored."""


def parse(
    headings: Sequence[Cell], rows: Iterable[Sequence[Cell] | None], today: date
) -> tuple[list[Line], list[Flaw]]:
    """Return the lines without errors, and the errors of all others. Empty rows are counted but are not lines."""
    names = [_plain(heading) for heading in headings]
    flaws = _flaws_of_headings(names)
    if flaws:
        return [], flaws
    lines = []
    for row, cells in enumerate(rows, start=FIRST_ROW):
        given = {name: _plain(cell) for name, cell in zip(names, cells or (), strict=False)}
        if not any(given.values()):
            continue
        values, bad = _values(row, given, today)
        flaws += bad
        if not bad:
            lines.append(Line(row=row, **values))
    return lines, flaws


def _values(row: int, given: dict[str, str], today: date) -> tuple[dict[str, Any], list[Flaw]]:
    values: dict[str, Any] = {}
    flaws = []
    for column in COLUMNS:
        text = given.get(column.heading, "")
        try:
            if text:
                values[column.field] = column.parse(text)
            elif column.required:
                raise ValueError("必填")
        except ValueError as error:
            flaws.append(Flaw(row=row, column=column.heading, detail=str(error)))
    if (since := values.get("since")) and not date(1900, 1, 1) <= since <= today:
        flaws.append(Flaw(row=row, column="入住日期", detail="不能晚于今天，也不能早于 1900 年"))
    return values, flaws


def _flaws_of_headings(names: list[str]) -> list[Flaw]:
    known = {column.heading for column in COLUMNS} | {REMARKS, ""}
    missing = [c.heading for c in COLUMNS if c.required and c.heading not in names]
    return [
        *(Flaw(row=1, column=name, detail="缺少此列") for name in missing),
        *(Flaw(row=1, column=name, detail="未知的列") for name in names if name not in known),
        *(
            Flaw(row=1, column=name, detail="此列重复")
            for name in sorted({n for n in names if n and names.count(n) > 1})
        ),
    ]


def _plain(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else unicodedata.normalize("NFKC", str(cell)).strip()
