"""Rulebooks as xlsx workbooks, both read and written; errors name the cell (R7)."""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from contracts.calls.claims import Rulebook
from contracts.claims import CATEGORIES
from contracts.errors import Refusal, RulebookInvalid
from gateway.decoding.pool import DecodingPool

_CLAIMANTS = {"居民": "resident", "院长": "head", "均可": "both"}
_PERIODS = {"日": "day", "天": "day", "周": "week", "月": "month", "年": "year"}
_SUBJECTS = {"人": "person", "户": "household"}
_UNITS = {"分": "points", "次": "times"}
_BOOLEANS = {"是": True, "否": False}
_CAP = re.compile(r"每(?P<of>[人户])每(?P<per>[日天周月年])(?:最多)?\s*(?P<limit>\d{1,7})\s*(?P<counts>[分次])")


class _CellError(Exception):
    """A cell has an invalid value; the message is for people."""


def _text(value: Any) -> str:
    return str(value).strip()


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}(\.0*)?", _text(value)):
        raise _CellError("应为整数")
    return int(float(value))


def _choice(choices: Mapping[str, Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if _text(value) not in choices:
            raise _CellError(f"应为以下之一：{'、'.join(choices)}")
        return choices[_text(value)]

    return read


def _caps(value: Any) -> list[dict[str, Any]]:
    caps = []
    for text in re.split(r"[；;\n]", _text(value)):
        if not (cap := _CAP.fullmatch(text.strip())):
            raise _CellError("应写作“每户每月最多 20 分；每人每日最多 2 次”")
        limit = {_UNITS[cap["counts"]]: int(cap["limit"])}
        caps.append({**limit, "per": _PERIODS[cap["per"]], "of": _SUBJECTS[cap["of"]]})
    return caps


_COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "编码": ("code", _text),
    "类别": ("category", _choice({name: code for code, name in CATEGORIES.items()})),
    "项目": ("title", _text),
    "分值": ("score", _integer),
    "单位": ("unit", _text),
    "每次数量上限": ("max_quantity", _integer),
    "申报人": ("claimable_by", _choice(_CLAIMANTS)),
    "需要证明": ("evidence_required", _choice(_BOOLEANS)),
    "扣分项目": ("deduction", _choice(_BOOLEANS)),
    "平台记录": ("system", _choice(_BOOLEANS)),
    "积分上限": ("caps", _caps),
    "启用": ("active", _choice(_BOOLEANS)),
    "公开": ("public", _choice(_BOOLEANS)),
}
"""Heading → field of an item, and the function that parses a cell."""
_REQUIRED_COLUMNS = ("编码", "类别", "项目", "分值")
_COLUMN_WIDTHS = (16, 12, 32, 8, 8, 14, 10, 10, 10, 10, 36, 8, 8)


class RulebookWorkbook:
    """An uploaded rulebook: its items, and the cell of each of their fields."""

    def __init__(self, content: bytes, pool: DecodingPool) -> None:
        """Read the workbook. Raise RulebookInvalid with every invalid cell in `errors`, and as `pool` does."""
        self.items: list[dict[str, Any]] = []
        self._cells: dict[str, str] = {}
        rows: list[list[Any]] = json.loads(pool.decode("rulebook", content).content)
        columns = _read_header(next(iter(rows), []))
        errors = [error for number, row in enumerate(rows[1:], 2) for error in self._add_item(number, row, columns)]
        if errors:
            raise RulebookInvalid(errors=errors)

    def with_cells(self, refusal: Refusal) -> Refusal:
        """Return a copy of `refusal` whose errors also name the cell their pointer refers to."""
        errors = [error | self._cell(error["pointer"]) for error in refusal.errors]
        return type(refusal)(refusal.detail, errors, refusal.facts)

    def _add_item(self, number: int, row: list[Any], columns: dict[int, str]) -> Iterable[dict[str, str]]:
        """Add the item in row `number`, if the row is not empty, and yield its errors."""
        if not any(value is not None and _text(value) for value in row):
            return
        item: dict[str, Any] = {}
        pointer = f"/items/{len(self.items)}"
        self.items.append(item)
        for column, heading in columns.items():
            field, parse = _COLUMNS[heading]
            cell = f"{get_column_letter(column + 1)}{number}"
            self._cells[f"{pointer}/{field}"] = cell
            value = row[column] if column < len(row) else None
            try:
                if value is not None and _text(value):
                    item[field] = parse(value)
                elif heading in _REQUIRED_COLUMNS:
                    raise _CellError("必填")
            except _CellError as error:
                yield {"pointer": f"{pointer}/{field}", "detail": str(error), "cell": cell}

    def _cell(self, pointer: str) -> dict[str, str]:
        """Return the cell of a field, also for pointers into it (`/items/3/caps/0`)."""
        field_pointer = "/".join(pointer.split("/")[:4])
        return {"cell": self._cells[field_pointer]} if field_pointer in self._cells else {}


def write_rulebook(rulebook: Rulebook) -> bytes:
    """Return the rulebook as an xlsx workbook that `RulebookWorkbook` can read."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = f"积分细则第{rulebook['version']}版"
    sheet.append(list(_COLUMNS))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    items: list[Mapping[str, Any]] = [*rulebook["items"]]
    for row, item in enumerate(items, 2):
        for column, (field, _) in enumerate(_COLUMNS.values(), 1):
            value = _cell_value(field, item[field])
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula
    for column, width in enumerate(_COLUMN_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell_value(field: str, value: Any) -> Any:
    match field:
        case "category":
            return CATEGORIES[value]
        case "claimable_by":
            return _key_of(_CLAIMANTS, value)
        case "caps":
            return "；".join(_cap_text(cap) for cap in value)
        case _ if isinstance(value, bool):
            return _key_of(_BOOLEANS, value)
        case _:
            return value


def _cap_text(cap: dict[str, Any]) -> str:
    counts = "points" if "points" in cap else "times"
    subject, period = _key_of(_SUBJECTS, cap["of"]), _key_of(_PERIODS, cap["per"])
    return f"每{subject}每{period}最多 {cap[counts]} {_key_of(_UNITS, counts)}"


def _key_of(mapping: Mapping[str, Any], wanted: Any) -> str:
    return next(key for key, value in mapping.items() if value == wanted)


def _read_header(row: list[Any]) -> dict[int, str]:
    """Return index → heading of the known columns, in any order; other columns are ignored."""
    columns = {index: _text(value) for index, value in enumerate(row) if value and _text(value) in _COLUMNS}
    if missing := [heading for heading in _REQUIRED_COLUMNS if heading not in columns.values()]:
        detail = f"第一行缺少列：{'、'.join(missing)}"
        raise RulebookInvalid(detail, errors=[{"pointer": "", "detail": detail, "cell": "A1"}])
    return columns
