"""The roster 花名册: a community's table of residents, parsed line by line (R5).

`parse` turns rows into lines and reports each cell that is not understood. `services.registry.domain.roster_import`
plans what the lines add to the community.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contracts.registry import Tenure
from contracts.text import clean, mobile_number, person_name
from services.registry.domain.people import EARLIEST_YEAR
from tabular import CellError, Column, Table, read
from tabular.cells import Cell, day, whole, word, year, yes_or_no
from tabular.table import letters


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """An error or a note about one cell: its row as the spreadsheet numbers it, its column by the heading."""

    row: int
    column: str
    detail: str
    cell: str = ""


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


def _text(longest: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        cleaned = clean(text, one_line=True)
        if len(cleaned) > longest:
            raise ValueError(f"应为不超过 {longest} 个字的文字")
        return cleaned

    return parse


def _name(text: str) -> str:
    if text == EXAMPLE_NAME:
        raise ValueError("这是模板中的示例，请换成居民的姓名，或删去这一行")
    return _text(50)(person_name(text))


def _code(text: str) -> str:
    text = text.removesuffix(".0").removesuffix("户")
    if not re.fullmatch(r"[0-9A-Za-z\u4e00-\u9fff-]{1,20}", text):
        raise ValueError("户号由不超过 20 个数字、字母、汉字或连字符组成")
    return text


def _phone(text: str) -> str:
    return mobile_number(text.removesuffix(".0"))


EXAMPLE_NAME = "示例张三"
"""In the template, so that its example cannot be imported as a person."""
_TENURES: dict[str, Tenure] = {"房东": "owner", "租户": "tenant"}
_TENURE_SYNONYMS: dict[str, Tenure] = {
    **dict.fromkeys(("业主", "户主", "房主", "产权人", "自有", "自住"), "owner"),
    **dict.fromkeys(("租客", "承租人", "承租", "租住", "租赁"), "tenant"),
}


def _past_day(today: date) -> Callable[[str], date]:
    def parse(text: str) -> date:
        found = day(text)
        if not date(EARLIEST_YEAR, 1, 1) <= found <= today:
            raise ValueError(f"不能晚于今天，也不能早于 {EARLIEST_YEAR} 年")
        return found

    return parse


def columns(today: date) -> tuple[Column, ...]:
    """Return the columns of a roster that is read today, in the order of the template."""
    return (
        Column(
            "院落号",
            ("院落", "院号", "院落编号", "几号院", "院"),
            field="number",
            parse=whole(1, 9999, units=("号", "号院", "院", "号院落")),
            required=True,
            example="12",
        ),
        Column(
            "排",
            ("排号", "第几排", "排数"),
            field="courtyard_row",
            parse=whole(1, 999, units=("排",)),
            required=True,
            example="2",
        ),
        Column(
            "网格", ("网格名称", "所属网格", "网格名"), field="grid", parse=_text(50), required=True, example="第一网格"
        ),
        Column(
            "户号",
            ("户", "户编号", "门牌号", "户码", "房号", "门牌", "门牌户号", "房屋编号"),
            field="code",
            parse=_code,
            required=True,
            example="1",
        ),
        Column(
            "姓名",
            ("名字", "居民姓名", "成员姓名", "人员姓名", "业主姓名", "住户姓名", "户主姓名"),
            field="name",
            parse=_name,
            required=True,
            example=EXAMPLE_NAME,
        ),
        Column(
            "手机号",
            (
                "手机",
                "手机号码",
                "电话",
                "电话号码",
                "联系电话",
                "联系方式",
                "移动电话",
                "本人电话",
                "业主电话",
            ),
            field="phone",
            parse=_phone,
            example="13800000000",
        ),
        Column(
            "身份",
            ("居住身份", "住户身份", "房东或租户", "房东租户", "住户类型", "居住类型"),
            field="tenure",
            parse=word(_TENURES, _TENURE_SYNONYMS),
            required=True,
            example="房东",
        ),
        Column("院长", ("是否院长", "是院长"), field="head", parse=yes_or_no, example="是"),
        Column("在外", ("是否在外", "外出", "是否外出"), field="away", parse=yes_or_no, example="否"),
        Column(
            "入住日期",
            ("入住时间", "入住", "入住日", "居住起始"),
            field="since",
            parse=_past_day(today),
            example="2024-03-01",
        ),
        Column(
            "出生年",
            ("出生年份", "出生日期", "生年", "出生", "出生年月", "生日"),
            field="birth_year",
            parse=year(EARLIEST_YEAR, today.year),
            example="1980",
        ),
    )


IGNORED = ("备注", "序号", "说明")
"""Columns that are allowed and ignored."""


def parse(table: Table, today: date, rows: Iterator[Sequence[Cell]] | None = None) -> tuple[list[Line], list[Flaw]]:
    """Return the lines without errors, and the errors of all others; a table without lines is an error.

    Empty rows are not lines. `rows` iterates over the rows of `table`, if the caller paces them.
    """
    records, errors = read(table, columns(today), ignored=IGNORED, rows=rows)
    lines = [Line(row=record.row, **record.values) for record in records]
    if not lines and not errors:
        errors = [CellError(table.first_row, "", f"A{table.first_row}", "表头下面没有居民")]
    flaws = [Flaw(row=error.row, column=error.column, detail=error.detail, cell=error.cell) for error in errors]
    return lines, with_cells(flaws, table)


def with_cells(flaws: Iterable[Flaw], table: Table) -> list[Flaw]:
    """Return the flaws, those that know their column only with the cell as well."""
    index = {name: letters(number) for number, name in enumerate(table.names)}
    return [flaw if flaw.cell else replace(flaw, cell=f"{index.get(flaw.column, 'A')}{flaw.row}") for flaw in flaws]
